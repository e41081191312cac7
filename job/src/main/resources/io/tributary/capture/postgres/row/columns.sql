-- Which columns of a table does a publication carry? All but the generated ones, in their order; with each its number, that of
-- the table, the newest transaction that altered a column of it, one that was dropped since included, and the numbers of the primary
-- key's columns.
-- Input: the table as SQL wants it.
SELECT
    attname,
    atttypid,
    atttypmod,
    attnum,
    attrelid::oid::int8,
    altered,
    (
        SELECT string_agg(k.number::text, ' ' ORDER BY k.place)
        FROM pg_catalog.pg_index AS i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
        WHERE i.indrelid = attrelid AND i.indisprimary AND k.place <= i.indnkeyatts
    )
FROM (
    SELECT
        *,
        max(
            CASE WHEN xid > newest & 4294967295 THEN (newest >> 32) - 1 ELSE newest >> 32 END * 4294967296 + xid
        ) OVER () AS altered
    FROM (
        SELECT
            attname, atttypid, atttypmod, attnum, attrelid, attisdropped, attgenerated,
            a.xmin::text::int8 AS xid,
            pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) AS newest
        FROM pg_catalog.pg_attribute AS a
        WHERE attrelid = to_regclass(?) AND attnum > 0
    ) AS numbered
) AS revised
WHERE NOT attisdropped AND attgenerated = ''
ORDER BY attnum
