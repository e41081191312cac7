-- Which relations have the rows of a table? The partitions at the bottom, or the table alone; one row each, by number: its
-- number, name, file, whether it is an ordinary heap, its pages, the pages and rows at the last ANALYZE, and whether this
-- user may read it.
-- Input: the table as SQL wants it.
WITH root AS (
    SELECT to_regclass(?) AS oid
),
leaf AS (
    SELECT relid::oid AS oid
    FROM root, pg_catalog.pg_partition_tree(root.oid)
    WHERE isleaf
    UNION
    SELECT root.oid
    FROM root
    JOIN pg_catalog.pg_class AS c ON c.oid = root.oid
    WHERE relkind <> 'p'
)
SELECT
    c.oid::int8,
    quote_ident(nspname) || '.' || quote_ident(relname),
    coalesce(pg_catalog.pg_relation_filenode(c.oid), 0),
    c.relkind = 'r' AND coalesce(amname = 'heap', false),
    pg_catalog.pg_relation_size(c.oid) / current_setting('block_size')::int8,
    relpages,
    reltuples::int8,
    pg_catalog.has_table_privilege(c.oid, 'SELECT')
FROM leaf
JOIN pg_catalog.pg_class AS c ON c.oid = leaf.oid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_am AS a ON a.oid = c.relam
ORDER BY c.oid
