-- Which tables inherit from a table, itself or by way of others, without being partitions? schema.table, one a row.
-- Input: the table as SQL wants it.
WITH RECURSIVE heir AS (
    SELECT inhrelid AS oid FROM pg_catalog.pg_inherits WHERE inhparent = to_regclass(?)
    UNION
    SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i JOIN heir ON i.inhparent = heir.oid
)
SELECT n.nspname || '.' || c.relname
FROM heir
JOIN pg_catalog.pg_class AS c ON c.oid = heir.oid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT c.relispartition
ORDER BY 1
