-- Where does the WAL end, in bytes? On a standby: where does what was replayed end? Behind the header of a page nothing was written
-- yet, so that is where the page begins: as far as a slot ever comes before the next record.
SELECT place - CASE WHEN place % 8192 <= 40 THEN place % 8192 ELSE 0 END
FROM (
    SELECT (
        CASE
            WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
            ELSE pg_catalog.pg_current_wal_insert_lsn()
        END - '0/0'::pg_lsn
    )::int8 AS place
) AS wal
