-- The comments on a table, without a name, and on its columns. The schema, then the table.
SELECT a.attname, d.description
FROM pg_description d
JOIN pg_class c ON c.oid = d.objoid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
WHERE n.nspname = ? AND c.relname = ? AND d.classoid = 'pg_class'::REGCLASS::OID;
