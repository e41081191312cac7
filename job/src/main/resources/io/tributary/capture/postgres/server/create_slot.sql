-- Makes a slot, and tells where it begins, in bytes. Waits for the transactions that run.
-- Input: the name of the slot.
SELECT lsn - '0/0'::pg_lsn
FROM pg_catalog.pg_create_logical_replication_slot(?, 'pgoutput')
