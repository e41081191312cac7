-- What do updates and deletes carry of the rows of a table, and of each of its partitions? One row for the table and each partition
-- that has rows: its schema and name, its kind, its persistence, its replica identity, the columns that this carries as JSON
-- (null if the server refuses updates and deletes of rows that are published), and whether its primary key is deferrable.
-- Input: the table as SQL wants it, twice.
SELECT
    n.nspname,
    c.relname,
    c.relkind,
    c.relpersistence,
    c.relreplident,
    (
        SELECT json_agg(a.attname ORDER BY k.place)
        FROM pg_catalog.pg_index AS i
        CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
        WHERE i.indrelid = c.oid
            AND k.place <= i.indnkeyatts
            AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END
            AND i.indimmediate
            AND i.indisvalid
    ),
    EXISTS (SELECT FROM pg_catalog.pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary AND NOT i.indimmediate)
FROM (
    SELECT to_regclass(?)::oid AS oid, 0 AS place
    UNION
    SELECT relid::oid, 1 FROM pg_catalog.pg_partition_tree(to_regclass(?)) WHERE isleaf AND level > 0
) AS relation
JOIN pg_catalog.pg_class AS c ON c.oid = relation.oid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
ORDER BY relation.place, n.nspname, c.relname
