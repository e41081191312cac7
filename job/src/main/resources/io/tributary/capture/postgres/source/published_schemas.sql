-- Which entries make the schema of a relation part of a publication? From version 15 on.
-- Input: the name of the publication.
SELECT string_agg(s.oid || '/' || s.xmin, ' ' ORDER BY s.oid) AS entries
FROM pg_catalog.pg_publication_namespace AS s
JOIN pg_catalog.pg_publication AS p ON p.oid = s.pnpubid
WHERE p.pubname = ? AND s.pnnspid = c.relnamespace
