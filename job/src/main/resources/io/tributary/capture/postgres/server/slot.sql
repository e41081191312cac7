-- What is there under the name of a slot, who reads it, up to where was it confirmed, and why is it of no use any more? At most one
-- row. Servers before version 17 do not say why: those of version 16 that it is of no use, which on a standby is mostly because of what
-- that replayed, those from 13 on that WAL is lost, and those before nothing.
-- Input: the name of the slot.
SELECT
    coalesce(plugin, 'no plugin'),
    coalesce(database, ''),
    coalesce(
        to_jsonb(slot) ->> 'invalidation_reason',
        CASE WHEN pg_is_in_recovery() AND to_jsonb(slot) ->> 'conflicting' = 'true' THEN 'conflict' END,
        to_jsonb(slot) ->> 'wal_status',
        'unknown'
    ),
    active_pid,
    coalesce(confirmed_flush_lsn - '0/0'::pg_lsn, 0)
FROM pg_catalog.pg_replication_slots AS slot
WHERE slot_name = ?
