-- Does a publication carry partitions as their root? One row. Before version 13 it cannot.
-- Input: the name of the publication.
SELECT coalesce(to_jsonb(p) ->> 'pubviaroot', 'false') = 'true'
FROM pg_catalog.pg_publication AS p
WHERE pubname = ?
