-- Tables of which something has landed since their last merge began, or that got a shape, and tables that failed; without those
-- that are paused or held, or whose time has not come. It reads nothing that grows with what waits.
SELECT c.table_name
FROM {control} c
JOIN (SELECT DISTINCT s.table_name FROM {schemas} s WHERE s.applied_at IS NOT NULL) d ON d.table_name = c.table_name
LEFT JOIN {holds} h ON h.table_name = c.table_name
LEFT JOIN {schedules} t ON t.schedule_name = c.schedule
WHERE (c.rows_landed <> c.rows_seen OR c.last_error IS NOT NULL)
  AND NOT c.paused AND NOT COALESCE(t.paused, FALSE) AND (h.held_ms IS NULL OR h.held_ms <= h.released_ms)
  AND (t.cron IS NULL OR c.is_called)
  AND (c.merged_at IS NULL OR c.merged_at <= GETDATE() - COALESCE(c.merge_every_s, t.merge_every_s, 0) * INTERVAL '1 second')
ORDER BY c.table_name;
