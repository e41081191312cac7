-- What is there under a table's name? The letters of its kind and its persistence; no row if there is nothing.
-- Inputs: the schema, the name.
SELECT relkind::text || relpersistence::text
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ? AND c.relname = ?
