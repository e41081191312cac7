-- As create_slot.sql, from version 17 on, on a primary: standbys may take the slot over, if they are set up to (sync_replication_slots).
-- Input: the name of the slot.
SELECT lsn - '0/0'::pg_lsn
FROM pg_catalog.pg_create_logical_replication_slot(?, 'pgoutput', failover => true)
