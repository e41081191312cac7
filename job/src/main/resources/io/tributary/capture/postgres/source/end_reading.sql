-- Does a process that reads a slot end when it is told to? No row if another one reads it, or none.
-- Inputs: the name of the slot, the number of the process.
SELECT pg_catalog.pg_terminate_backend(active_pid)
FROM pg_catalog.pg_replication_slots
WHERE slot_name = ?
    AND active_pid = ?
