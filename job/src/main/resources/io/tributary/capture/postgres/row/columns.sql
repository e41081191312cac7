-- Which columns of a table does a publication carry? All but the generated ones, in their order.
-- Input: the table as SQL wants it.
SELECT attname, atttypid, atttypmod
FROM pg_catalog.pg_attribute
WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
