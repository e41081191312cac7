-- Does this user own a publication? One row.
-- Input: the name of the publication.
SELECT pg_catalog.pg_has_role(pubowner, 'USAGE')
FROM pg_catalog.pg_publication
WHERE pubname = ?
