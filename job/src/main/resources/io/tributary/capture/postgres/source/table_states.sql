-- What does the catalog say of tables, as far as it decides which rows they have? One row for each that exists: its name as asked
-- for; its number; the newest transaction that altered a column of it; its columns in their order, as JSON (number, name, type,
-- modifier, whether older rows have a value); its files, as JSON, by relation; the numbers of its key's columns, as JSON; whether
-- it is partitioned; what makes it part of the publication; whether that is all of it. Columns and files are of one moment, which
-- pg_relation_filenode would not be.
-- Inputs: the tables as SQL wants them, as an array; the name of the publication, twice.
WITH captured AS (
    SELECT name, to_regclass(name)::oid AS oid
    FROM unnest(?::text[]) AS name
),
publication AS (
    SELECT
        oid, xmin, puballtables,
        pubinsert AND pubupdate AND pubdelete AND pubtruncate
            AND coalesce(to_jsonb(p) ->> 'pubgencols', 'n') IN ('n', 'false') AS is_whole
    FROM pg_catalog.pg_publication AS p
    WHERE pubname = ?
),
entry AS (
    SELECT prrelid, string_agg(r.oid || '/' || r.xmin, ' ' ORDER BY r.oid) AS entries,
        bool_and(to_jsonb(r) ->> 'prqual' IS NULL AND to_jsonb(r) ->> 'prattrs' IS NULL) AS is_whole
    FROM pg_catalog.pg_publication_rel AS r
    JOIN publication AS p ON p.oid = r.prpubid
    GROUP BY prrelid
)
SELECT
    captured.name,
    c.oid::int8,
    (
        SELECT max(
            CASE WHEN xid > newest & 4294967295 THEN (newest >> 32) - 1 ELSE newest >> 32 END * 4294967296 + xid
        )
        FROM (
            SELECT
                a.xmin::text::int8 AS xid,
                pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) AS newest
            FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = c.oid AND a.attnum > 0
        ) AS altered
    ),
    (
        SELECT coalesce(
            json_agg(json_build_array(a.attnum, a.attname, a.atttypid::int8, a.atttypmod, a.atthasmissing) ORDER BY a.attnum), '[]'
        )
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    ),
    (
        SELECT coalesce(
            json_agg(
                leaf.oid::int8 || '/' || f.relfilenode::int8
                    || CASE WHEN pg_catalog.pg_relation_size(leaf.oid) = 0 THEN ':empty' ELSE '' END
                ORDER BY leaf.oid
            ),
            '[]'
        )
        FROM (
            SELECT t.relid::oid AS oid FROM pg_catalog.pg_partition_tree(c.oid) AS t WHERE t.isleaf AND c.relkind = 'p'
            UNION ALL
            SELECT c.oid WHERE c.relkind <> 'p'
        ) AS leaf
        JOIN pg_catalog.pg_class AS f ON f.oid = leaf.oid
    ),
    (
        SELECT coalesce(json_agg(k.number ORDER BY k.place), '[]')
        FROM pg_catalog.pg_index AS i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
        WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts
    ),
    c.relkind = 'p',
    coalesce(
        (SELECT p.oid || '/' || p.xmin || CASE WHEN p.puballtables THEN ' all' ELSE '' END FROM publication AS p), ''
    ) || coalesce(' ' || entry.entries, '') || coalesce(' ' || schema_entry.entries, ''),
    coalesce((SELECT p.is_whole FROM publication AS p), false)
    AND (
        (SELECT p.puballtables FROM publication AS p)
        OR schema_entry.entries IS NOT NULL
        OR coalesce(entry.is_whole, false)
    )
FROM captured
JOIN pg_catalog.pg_class AS c ON c.oid = captured.oid
LEFT JOIN entry ON entry.prrelid IN (
    SELECT c.oid UNION ALL SELECT ancestor.relid FROM pg_catalog.pg_partition_ancestors(c.oid) AS ancestor WHERE c.relispartition
)
LEFT JOIN LATERAL ({schemas}) AS schema_entry ON true
