-- Which transaction changed a publication last, with its epoch? One row; 0 if it is older than the server can tell.
-- Input: the name of the publication.
WITH publication AS (
    SELECT oid, xmin
    FROM pg_catalog.pg_publication
    WHERE pubname = ?
),
published AS (
    SELECT xmin FROM publication
    UNION ALL
    SELECT r.xmin
    FROM pg_catalog.pg_publication_rel AS r
    JOIN publication AS p ON p.oid = r.prpubid
),
now AS (
    SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) AS xmax
)
SELECT coalesce(max(now.xmax + age((now.xmax % 4294967296)::text::xid) - age(published.xmin)), 0)
FROM now, published
WHERE age(published.xmin) >= 0
