-- What is a type, and by which code are its values printed and sent? At most one row. Functions of the language 12 are the
-- server's own; the others are known by their library as well.
-- Input: the number of the type.
SELECT
    t.typname,
    t.typtype,
    t.typcategory,
    t.typlen,
    t.typstorage,
    t.typelem,
    t.typbasetype,
    t.typtypmod,
    t.typdelim,
    t.typrelid,
    r.rngsubtype,
    pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.proname) AS output,
    CASE o.prolang WHEN 12 THEN o.prosrc ELSE o.probin || ' ' || o.prosrc END AS prints,
    CASE s.prolang WHEN 12 THEN s.prosrc ELSE s.probin || ' ' || s.prosrc END AS sends
FROM pg_catalog.pg_type AS t
LEFT JOIN pg_catalog.pg_range AS r ON r.rngtypid = t.oid
JOIN pg_catalog.pg_proc AS o ON o.oid = t.typoutput
JOIN pg_catalog.pg_namespace AS n ON n.oid = o.pronamespace
LEFT JOIN pg_catalog.pg_proc AS s ON s.oid = t.typsend
WHERE t.oid = ?
