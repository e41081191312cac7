-- A table that the settings name and that has no row in the control table yet. What landed of it before was put aside as of
-- an unknown table: it is taken back and waits for the merge to come.

-- Not while records are received.
UPDATE {control} SET started_at = GETDATE() WHERE table_name = {receiver};

INSERT INTO {schemas} (table_name, schema_number, record, shard_id, sequence_number, landed_at)
SELECT f.table_name, f.schema_number, f.payload, f.shard_id, f.sequence_number, GETDATE()
FROM (SELECT l.table_name, {schema_number} AS schema_number, l.payload, l.shard_id, l.sequence_number,
             ROW_NUMBER() OVER (PARTITION BY {schema_number} ORDER BY LPAD(l.sequence_number, 128, '0')) AS nth
      FROM {rejected} l
      WHERE l.table_name = {table} AND l.reason = {unknown_table} AND {operation} = 's') f
WHERE f.nth = 1
  AND NOT EXISTS (SELECT 1 FROM {schemas} s WHERE s.table_name = {table} AND s.schema_number = f.schema_number);

INSERT INTO {stage} (table_name, schema_number, op, version, ts_ms, shard_id, sequence_number, refresh_time, payload)
SELECT f.table_name, f.schema_number, f.op, f.version, f.ts_ms, f.shard_id, f.sequence_number, f.rejected_at, f.payload
FROM (SELECT l.table_name, {schema_number} AS schema_number, {operation} AS op, {version} AS version, {timestamp} AS ts_ms,
             l.shard_id, l.sequence_number, l.rejected_at, l.payload
      FROM {rejected} l
      WHERE l.table_name = {table} AND l.reason = {unknown_table}) f
WHERE f.op IN ('c', 'u', 'r', 'd', 't') AND f.version ~ '^[0-9a-f]{32}$';

INSERT INTO {replacements} (table_name, version)
SELECT l.table_name, MAX(l.version) FROM {stage} l
WHERE l.table_name = {table} AND l.op = 't'
  AND NOT EXISTS (SELECT 1 FROM {replacements} r WHERE r.table_name = {table})
GROUP BY l.table_name;

INSERT INTO {control} (table_name, rows_landed, rows_merged, rows_upserted, rows_deleted, rows_late, rows_rejected, merges, last_upserted, last_deleted, last_late)
SELECT {table}, (SELECT COUNT(*) FROM {stage} l WHERE l.table_name = {table}),
       0, 0, 0, 0, 0, 0, 0, 0, 0
WHERE NOT EXISTS (SELECT 1 FROM {control} WHERE table_name = {table});

DELETE FROM {rejected}
WHERE {rejected_alone}.table_name = {table} AND {rejected_alone}.reason = {unknown_table}
  AND {own_operation} IN ('c', 'u', 'r', 'd', 't', 's') AND ({own_operation} = 's' OR {own_version} ~ '^[0-9a-f]{32}$');
