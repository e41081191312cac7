-- Tables that have records to be merged, which those are not that wait for their shape, and tables that failed; without those
-- that are paused or held, or whose time has not come.
SELECT c.table_name
FROM {control} c
JOIN (SELECT l.table_name
      FROM {stage} l
      LEFT JOIN {schemas} s ON s.table_name = l.table_name AND s.schema_number = l.schema_number
      LEFT JOIN {replacements} r ON r.table_name = l.table_name
      WHERE s.applied_at IS NOT NULL OR l.version < r.version
      UNION
      SELECT f.table_name FROM {control} f WHERE f.last_error IS NOT NULL AND f.table_name <> {receiver}) d
  ON d.table_name = c.table_name
LEFT JOIN {holds} h ON h.table_name = c.table_name
WHERE NOT c.paused AND (h.held_ms IS NULL OR h.held_ms <= h.released_ms)
  AND (c.merge_every_s IS NULL OR c.merged_at IS NULL OR c.merged_at <= GETDATE() - c.merge_every_s * INTERVAL '1 second')
ORDER BY c.table_name;
