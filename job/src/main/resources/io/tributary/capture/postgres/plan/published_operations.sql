-- Does a publication carry all operations? One row.
-- Input: the name of the publication.
SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate
FROM pg_catalog.pg_publication
WHERE pubname = ?
