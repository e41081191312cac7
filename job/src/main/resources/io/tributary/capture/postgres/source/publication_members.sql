-- Which tables are in a publication by themselves? schema.table, one a row.
-- Input: the name of the publication.
SELECT n.nspname || '.' || c.relname
FROM pg_catalog.pg_publication_rel AS r
JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid
JOIN pg_catalog.pg_class AS c ON c.oid = r.prrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE p.pubname = ?
ORDER BY 1
