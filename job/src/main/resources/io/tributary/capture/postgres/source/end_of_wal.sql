-- Where does the WAL end? In bytes. Behind the header of a page nothing was written yet, so that is where the page begins: as far as
-- a slot ever comes before the next record.
SELECT place - CASE WHEN place % 8192 <= 40 THEN place % 8192 ELSE 0 END
FROM (
    SELECT (pg_catalog.pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::int8 AS place
) AS wal
