-- Does a table have a column? One row if it does.
-- Inputs: the table as SQL wants it, the name of the column.
SELECT 1
FROM pg_catalog.pg_attribute
WHERE attrelid = to_regclass(?) AND attname = ? AND attnum > 0 AND NOT attisdropped
