-- How many bytes of WAL does the server keep for a slot? One row.
-- Input: the name of the slot.
SELECT pg_catalog.pg_current_wal_lsn() - (
    SELECT restart_lsn
    FROM pg_catalog.pg_replication_slots
    WHERE slot_name = ?
)
