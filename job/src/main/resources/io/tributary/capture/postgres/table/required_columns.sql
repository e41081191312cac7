-- In which columns of a table is no NULL, and comes none? A constraint that is not valid yet (from version 18 on) says nothing
-- of the rows that are there.
-- Input: the table as SQL wants it.
SELECT attname
FROM pg_catalog.pg_attribute AS a
WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped AND attnotnull
    AND NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_constraint AS k
        WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND NOT k.convalidated
    )
ORDER BY attnum
