-- How far each table is: one row for each, by name.
SELECT c.table_name, c.merges, c.rows_landed - c.rows_merged, c.rows_upserted, c.rows_deleted, c.rows_late,
       c.rows_rejected, c.merged_at, c.last_duration_ms, c.source_ts_ms, COALESCE(c.last_error, s.problem, r.reason || {remedy}), c.rows_cut,
       c.paused OR COALESCE(t.paused, FALSE), COALESCE(h.held_ms > h.released_ms, FALSE),
       COALESCE(c.merge_every_s, t.merge_every_s), c.schedule, t.cron, t.next_at
FROM {control} c
LEFT JOIN (SELECT table_name, MAX(problem) AS problem FROM {schemas} GROUP BY table_name) s
  ON s.table_name = c.table_name
LEFT JOIN {holds} h ON h.table_name = c.table_name
LEFT JOIN {schedules} t ON t.schedule_name = c.schedule
LEFT JOIN {reloads} r ON r.table_name = c.table_name
ORDER BY c.table_name;
