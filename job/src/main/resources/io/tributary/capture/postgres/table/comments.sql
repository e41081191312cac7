-- What is said of a table, as of a column without a name, and of its columns?
-- Input: the table as SQL wants it.
SELECT COALESCE(a.attname, ''), d.description
FROM pg_catalog.pg_description d
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
WHERE d.objoid = pg_catalog.to_regclass(?)
  AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  AND (d.objsubid = 0 OR (d.objsubid > 0 AND NOT a.attisdropped))
