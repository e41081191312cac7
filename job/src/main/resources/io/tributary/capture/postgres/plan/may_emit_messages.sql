-- May this user write messages into the WAL? One row.
SELECT coalesce(bool_or(pg_catalog.has_function_privilege(oid, 'EXECUTE')), false)
FROM pg_catalog.pg_proc
WHERE proname = 'pg_logical_emit_message'
