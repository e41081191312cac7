-- Before version 15 no publication has schemas.
-- Input: the name of the publication.
SELECT NULL::text AS entries
FROM pg_catalog.pg_publication AS p
WHERE p.pubname = ? AND false
