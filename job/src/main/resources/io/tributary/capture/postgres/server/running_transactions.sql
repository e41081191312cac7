-- Which transactions that may have written run for longest? At most three, in words.
SELECT what
FROM (
    SELECT
        'process ' || pid || ' of user ' || coalesce(usename, '?') || ' (' || coalesce(state, '?') || ', in its transaction since '
            || to_char(xact_start, 'YYYY-MM-DD HH24:MI:SS TZ') || ', its last query began '
            || to_char(query_start, 'HH24:MI:SS') || ')' AS what,
        xact_start AS begun
    FROM pg_catalog.pg_stat_activity
    WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
    UNION ALL
    SELECT
        'prepared transaction ' || quote_literal(gid) || ' of user ' || owner || ' (since '
            || to_char(prepared, 'YYYY-MM-DD HH24:MI:SS TZ') || ')',
        prepared
    FROM pg_catalog.pg_prepared_xacts
) AS running
ORDER BY begun
LIMIT 3
