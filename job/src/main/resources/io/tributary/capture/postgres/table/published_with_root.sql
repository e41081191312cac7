-- Under the name of which table does a publication tell of a partition's rows, in place of its own? schema.table; no row if under its
-- own.
-- Inputs: the name of the publication, the partition as SQL wants it, twice.
SELECT t.schemaname || '.' || t.tablename
FROM pg_catalog.pg_publication_tables AS t
JOIN pg_catalog.pg_publication AS p ON p.pubname = t.pubname
WHERE p.pubviaroot
    AND p.pubname = ?
    AND to_regclass(quote_ident(t.schemaname) || '.' || quote_ident(t.tablename)) IN (
        SELECT relid FROM pg_catalog.pg_partition_ancestors(to_regclass(?)) WHERE relid <> to_regclass(?)
    )
