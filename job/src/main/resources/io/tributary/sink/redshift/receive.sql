-- The body of the procedure that looks at every landed record once: see Receive.
-- {receiver} is the name, as a string, under which it keeps its own row of the control table and its watermark.

DECLARE
  v_floor TIMESTAMP;
  v_rejected BIGINT;
BEGIN
  -- Runs of it queue up here, or fail in Redshift and are run again.
  UPDATE {control} SET started_at = GETDATE() WHERE table_name = {receiver};

  -- The refresh time only spares Redshift the blocks that are long done. Ten seconds for a leader whose clock was set back.
  SELECT COALESCE(MAX(landed_until), '1970-01-02'::TIMESTAMP) - INTERVAL '10 seconds' INTO v_floor
  FROM {control} WHERE table_name = {receiver};

  -- Sequence numbers have up to 128 digits, and sort as text with zeros in front.
  CREATE TEMP TABLE tributary_fresh AS
  SELECT l.refresh_time, l.shard_id, LPAD(l.sequence_number, 128, '0') AS last_sequence, l.sequence_number,
         {table_name} AS table_name,
         {operation} AS op,
         {schema_number} AS schema_number,
         l.payload, l.undecoded
  FROM {landing} l
  LEFT JOIN {watermark} w ON w.table_name = {receiver} AND w.shard_id = l.shard_id
  WHERE l.refresh_time >= v_floor
    AND (w.sequence_number IS NULL OR LPAD(l.sequence_number, 128, '0') > w.sequence_number);
  CREATE TEMP TABLE tributary_reached AS
  SELECT shard_id, MAX(last_sequence) AS last_sequence, MAX(refresh_time) AS refresh_time
  FROM tributary_fresh GROUP BY shard_id;

  -- Records that are none of ours are put aside with the reason.
  CREATE TEMP TABLE tributary_refused AS
  SELECT shard_id, last_sequence, reason
  FROM (SELECT f.shard_id, f.last_sequence,
         CASE WHEN f.payload IS NULL THEN {not_json}
              WHEN f.table_name IS NULL OR f.op IS NULL OR f.schema_number IS NULL THEN {not_ours}
              WHEN c.table_name IS NULL THEN {unknown_table} END AS reason
        FROM tributary_fresh f
        LEFT JOIN {control} c ON c.table_name = f.table_name AND c.table_name <> {receiver}) AS judged
  WHERE reason IS NOT NULL;
  INSERT INTO {rejected} (rejected_at, table_name, reason, shard_id, sequence_number, payload, undecoded)
  SELECT GETDATE(), f.table_name, r.reason, f.shard_id, f.sequence_number, f.payload, f.undecoded
  FROM tributary_refused r JOIN tributary_fresh f ON f.shard_id = r.shard_id AND f.last_sequence = r.last_sequence;
  GET DIAGNOSTICS v_rejected := ROW_COUNT;
  DELETE FROM tributary_fresh USING tributary_refused r
  WHERE r.shard_id = tributary_fresh.shard_id AND r.last_sequence = tributary_fresh.last_sequence;

  -- Shapes are filed, to be judged and applied by the runner.
  INSERT INTO {schemas} (table_name, schema_number, record, shard_id, sequence_number, landed_at)
  SELECT f.table_name, f.schema_number, f.payload, f.shard_id, f.sequence_number, GETDATE()
  FROM (SELECT table_name, schema_number, payload, shard_id, sequence_number,
               ROW_NUMBER() OVER (PARTITION BY table_name, schema_number ORDER BY last_sequence) AS nth
        FROM tributary_fresh WHERE op = 's') f
  LEFT JOIN {schemas} s ON s.table_name = f.table_name AND s.schema_number = f.schema_number
  WHERE f.nth = 1 AND s.table_name IS NULL;

  -- For each table what its merge has to expect.
  CREATE TEMP TABLE tributary_counts AS
  SELECT table_name, SUM(CASE WHEN op = 's' THEN 0 ELSE 1 END)::BIGINT AS landed
  FROM tributary_fresh GROUP BY table_name;
  UPDATE {control} SET rows_landed = rows_landed + n.landed
  FROM tributary_counts n WHERE n.table_name = {control_alone}.table_name;

  DELETE FROM {watermark} WHERE table_name = {receiver} AND shard_id IN (SELECT shard_id FROM tributary_reached);
  INSERT INTO {watermark} (table_name, shard_id, sequence_number)
  SELECT {receiver}, shard_id, last_sequence FROM tributary_reached;
  UPDATE {control} SET rows_rejected = rows_rejected + v_rejected,
    merged_at = GETDATE(),
    landed_until = COALESCE((SELECT MAX(refresh_time) FROM tributary_reached), landed_until)
  WHERE table_name = {receiver};
  DROP TABLE tributary_fresh;
  DROP TABLE tributary_reached;
  DROP TABLE tributary_refused;
  DROP TABLE tributary_counts;
END;
