-- What is there under the name of a slot, who reads it, and up to where was it confirmed? At most one row.
-- Input: the name of the slot. Servers before version 13 do not know whether a slot has lost WAL.
SELECT
    coalesce(plugin, 'no plugin'),
    coalesce(database, ''),
    coalesce(to_jsonb(slot) ->> 'wal_status', 'unknown'),
    active_pid,
    coalesce(confirmed_flush_lsn - '0/0'::pg_lsn, 0)
FROM pg_catalog.pg_replication_slots AS slot
WHERE slot_name = ?
