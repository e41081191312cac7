-- Which columns does the one index of a table have that is its primary key, or its replica identity? In their order.
-- Inputs: the flag of pg_index, the table as SQL wants it.
SELECT a.attname
FROM pg_catalog.pg_index AS i
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, n)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.{flag} AND i.indrelid = to_regclass(?) AND k.n <= i.indnkeyatts
ORDER BY k.n
