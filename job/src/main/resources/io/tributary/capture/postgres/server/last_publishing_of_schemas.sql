-- As last_publishing.sql, for the schemas that a publication has as a whole, from version 15 on. One row.
-- Input: the name of the publication.
WITH published AS (
    SELECT r.xmin
    FROM pg_catalog.pg_publication_namespace AS r
    JOIN pg_catalog.pg_publication AS p ON p.oid = r.pnpubid
    WHERE p.pubname = ?
),
now AS (
    SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) AS xmax
)
SELECT coalesce(max(now.xmax + age((now.xmax % 4294967296)::text::xid) - age(published.xmin)), 0)
FROM now, published
WHERE age(published.xmin) >= 0
