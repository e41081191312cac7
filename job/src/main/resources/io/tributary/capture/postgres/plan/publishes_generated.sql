-- Does a publication carry generated columns? From version 18 on it may.
-- Input: the name of the publication.
SELECT coalesce(to_jsonb(p) ->> 'pubgencols', 'n') NOT IN ('n', 'false')
FROM pg_catalog.pg_publication AS p
WHERE pubname = ?
