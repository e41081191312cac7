-- Which of the sessions wait for a lock, and for whom: their number, and the number, the user and the beginning of who has it.
SELECT w.pid, h.pid, h.usename, h.xact_start
FROM pg_stat_activity w
LEFT JOIN pg_stat_activity h ON h.pid = ANY (pg_blocking_pids(w.pid))
WHERE w.wait_event_type = 'Lock' AND w.pid IN ({sessions})
ORDER BY w.pid, h.xact_start;
