-- Which tables does a publication have? schema.table, one a row. Before publish_via_partition_root is set, the view lists
-- the partitions and not their root.
-- Input: the name of the publication, twice.
SELECT schemaname || '.' || tablename
FROM pg_catalog.pg_publication_tables
WHERE pubname = ?
UNION
SELECT n.nspname || '.' || c.relname
FROM pg_catalog.pg_publication_rel AS r
JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid
JOIN pg_catalog.pg_class AS c ON c.oid = r.prrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE p.pubname = ?
