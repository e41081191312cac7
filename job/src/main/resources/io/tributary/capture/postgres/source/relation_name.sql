-- What is a relation called, as SQL wants it? No row if it is neither a table nor one of its partitions.
-- Inputs: the number of the relation, the table as SQL wants it, twice.
SELECT quote_ident(nspname) || '.' || quote_ident(relname)
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid = ?::oid
    AND (
        c.oid = to_regclass(?)
        OR to_regclass(?) IN (SELECT relid FROM pg_catalog.pg_partition_ancestors(c.oid))
    )
