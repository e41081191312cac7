-- Of which tables is a table a partition, itself or by way of others? schema.table, one a row, the nearest first.
-- Input: the table as SQL wants it, twice.
SELECT n.nspname || '.' || c.relname
FROM pg_catalog.pg_partition_ancestors(to_regclass(?)) WITH ORDINALITY AS ancestor (relid, place)
JOIN pg_catalog.pg_class AS c ON c.oid = ancestor.relid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid <> to_regclass(?)
ORDER BY ancestor.place
