-- Which type does a column have? At most one row.
-- Inputs: the table as SQL wants it, the name of the column.
SELECT t.typname
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
WHERE a.attrelid = to_regclass(?) AND a.attname = ?
