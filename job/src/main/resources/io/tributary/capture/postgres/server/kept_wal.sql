-- How many bytes of WAL does the server keep for a slot? One row.
-- Input: the name of the slot.
SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END - (
    SELECT restart_lsn
    FROM pg_catalog.pg_replication_slots
    WHERE slot_name = ?
)
