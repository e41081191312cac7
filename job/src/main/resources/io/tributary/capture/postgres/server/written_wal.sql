-- Up to where can slots be read by now? In bytes: what is written, or, on a standby, replayed.
SELECT
    CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_flush_lsn() END
    - '0/0'::pg_lsn
