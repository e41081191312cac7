-- How is each column of a table compared with a parameter, whatever the search path is? Its name, its type, and the schema and name of
-- the operator that an index takes for equality (null for those of pg_catalog that are for whole kinds of types: arrays, enums,
-- composites, ranges).
-- Input: the table as SQL wants it.
WITH RECURSIVE based AS (
    SELECT a.attname, t.oid AS type, t.oid AS base, t.typbasetype AS next
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT based.attname, based.type, t.oid, t.typbasetype
    FROM based
    JOIN pg_catalog.pg_type AS t ON t.oid = based.next
)
SELECT
    based.attname,
    quote_ident(n.nspname) || '.' || quote_ident(t.typname),
    quote_ident(operators.nspname),
    operators.oprname
FROM based
JOIN pg_catalog.pg_type AS t ON t.oid = based.type
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
LEFT JOIN LATERAL (
    SELECT o.oprname, s.nspname
    FROM pg_catalog.pg_opclass AS c
    JOIN pg_catalog.pg_am AS m ON m.oid = c.opcmethod AND m.amname = 'btree'
    JOIN pg_catalog.pg_amop AS e
        ON e.amopfamily = c.opcfamily
        AND e.amopstrategy = 3
        AND e.amoplefttype = c.opcintype
        AND e.amoprighttype = c.opcintype
    JOIN pg_catalog.pg_operator AS o ON o.oid = e.amopopr
    JOIN pg_catalog.pg_namespace AS s ON s.oid = o.oprnamespace
    WHERE c.opcdefault AND c.opcintype = based.base
    LIMIT 1
) AS operators ON true
WHERE based.next = 0
