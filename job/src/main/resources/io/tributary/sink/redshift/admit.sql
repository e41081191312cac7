-- A table that the settings name and that has no row in the control table yet. What landed of it before was put aside as of
-- an unknown table: it is taken back, as far as it is in the landing still, and counted for the merge to come.

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

INSERT INTO {control} (table_name, rows_landed, rows_merged, rows_held, rows_upserted, rows_deleted, rows_late, rows_rejected, merges, last_upserted, last_deleted, last_late)
SELECT {table}, (SELECT COUNT(*) FROM {rejected} l
                 JOIN {landing} d ON d.shard_id = l.shard_id AND d.sequence_number = l.sequence_number
                 WHERE l.table_name = {table} AND l.reason = {unknown_table} AND {operation} <> 's'),
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0
WHERE NOT EXISTS (SELECT 1 FROM {control} WHERE table_name = {table});

DELETE FROM {rejected} USING {landing} d
WHERE {rejected_alone}.table_name = {table} AND {rejected_alone}.reason = {unknown_table}
  AND d.shard_id = {rejected_alone}.shard_id AND d.sequence_number = {rejected_alone}.sequence_number;
