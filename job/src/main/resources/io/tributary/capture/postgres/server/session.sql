-- Is the server a replica? Once a connection. Turns off timeouts that not every version knows, on the way.
SELECT pg_catalog.pg_is_in_recovery(), count(pg_catalog.set_config(name, '0', false))
FROM pg_catalog.pg_settings
WHERE name IN ('idle_session_timeout', 'transaction_timeout')
