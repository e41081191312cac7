-- Does this user own a table? One row.
-- Input: the table as SQL wants it.
SELECT pg_catalog.pg_has_role(relowner, 'USAGE')
FROM pg_catalog.pg_class
WHERE oid = to_regclass(?)
