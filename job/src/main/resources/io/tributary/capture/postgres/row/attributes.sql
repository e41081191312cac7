-- Which attributes does a composite type have? In their order.
-- Input: the number of the type's relation.
SELECT attname, atttypid, atttypmod
FROM pg_catalog.pg_attribute
WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped
ORDER BY attnum
