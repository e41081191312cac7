-- Which columns does the primary key of a table have? In their order.
-- Input: the table as SQL wants it.
SELECT a.attname
FROM pg_catalog.pg_index AS i
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, n)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indisprimary AND i.indrelid = to_regclass(?) AND k.n <= i.indnkeyatts
ORDER BY k.n
