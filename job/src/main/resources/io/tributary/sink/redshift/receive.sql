-- The body of the procedure that takes every landed record once, for all tables: see Receive.
-- {receiver} is the name, as a string, under which it keeps its own row of the control table and its watermark.

DECLARE
  v_floor TIMESTAMP;
  v_until TIMESTAMP;
  v_looked TIMESTAMP;
  v_gap VARCHAR(1024);
  v_fresh BIGINT;
  v_reborn BIGINT;
  v_refused BIGINT;
  v_shapes BIGINT;
  v_anew BIGINT;
  v_held BIGINT;
  v_calls BIGINT;
BEGIN
  -- Runs of it queue up here, or fail in Redshift and are run again.
  UPDATE {control} SET last_late = last_late WHERE table_name = {receiver};

  -- The refresh time only spares Redshift the blocks that are long done. Ten seconds for a leader whose clock was set back.
  SELECT COALESCE(MAX(landed_until), '1970-01-02'::TIMESTAMP) - INTERVAL '10 seconds', MAX(landed_until), MAX(started_at)
  INTO v_floor, v_until, v_looked
  FROM {control} WHERE table_name = {receiver};

  -- What the stream forgot between two refreshes is in no landing. While they fail the time stays where it was.
  IF v_looked < GETDATE() - INTERVAL '{retention_seconds} seconds' THEN
    v_gap := {gap_of_time};
  END IF;
  UPDATE {control} SET started_at = GETDATE() WHERE table_name = {receiver} AND last_error IS NULL;

  -- What has landed since, and why none of our tables can take it. Sequence numbers have up to 128 digits, and sort as text
  -- with zeros in front.
  CREATE TEMP TABLE tributary_fresh AS
  SELECT f.*,
         CASE WHEN f.payload IS NULL THEN {not_json}
              WHEN f.table_name IS NULL OR f.op IS NULL OR f.schema_number IS NULL THEN {not_ours}
              WHEN c.table_name IS NULL THEN {unknown_table}
              WHEN f.op NOT IN ('c', 'u', 'r', 'd', 't', 's', 'h', 'f') THEN {unknown_operation}
              WHEN f.op <> 's' AND (f.version IS NULL OR f.version !~ '^[0-9a-f]{32}$') THEN {no_version}
              WHEN f.op IN ('h', 'f') AND f.ts_ms IS NULL THEN {no_time} END AS reason,
         c.table_name AS known_table
  FROM (SELECT l.refresh_time, l.shard_id, LPAD(l.sequence_number, 128, '0') AS last_sequence, l.sequence_number,
               {table_name} AS table_name,
               {operation} AS op,
               {version} AS version,
               {timestamp} AS ts_ms,
               {schema_number} AS schema_number,
               CASE WHEN LPAD(l.sequence_number, 128, '0') <= w.sequence_number THEN 1 END AS is_reborn,
               l.payload, l.undecoded
        FROM {landing} l
        LEFT JOIN {watermark} w ON w.table_name = {receiver} AND w.shard_id = l.shard_id
        WHERE l.refresh_time >= v_floor
          AND (w.sequence_number IS NULL OR LPAD(l.sequence_number, 128, '0') > w.sequence_number
               OR l.refresh_time > v_until)) f
  LEFT JOIN {control} c ON c.table_name = f.table_name AND c.table_name <> {receiver};
  SELECT COUNT(*), COUNT(is_reborn), COUNT(reason),
         COALESCE(SUM(CASE WHEN reason IS NULL AND op = 's' THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN reason IS NULL AND op = 't' THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN reason IS NULL AND op IN ('h', 'f') THEN 1 ELSE 0 END), 0)
  INTO v_fresh, v_reborn, v_refused, v_shapes, v_anew, v_held FROM tributary_fresh;

  -- A refresh lands a shard in its order. Lower numbers than were taken, and later, are those of another stream: what the
  -- earlier one had and nobody read is lost. Its records are taken, and leave, that they are not taken for newer ones.
  IF v_reborn > 0 THEN
    v_gap := {gap_of_stream};
    DELETE FROM {landing}
    WHERE refresh_time <= v_until AND shard_id IN (SELECT shard_id FROM tributary_fresh WHERE is_reborn = 1);
  END IF;
  IF v_gap IS NOT NULL THEN
    INSERT INTO {reloads} (table_name, reason, noticed_at)
    SELECT c.table_name, v_gap, GETDATE() FROM {control} c
    LEFT JOIN {reloads} r ON r.table_name = c.table_name
    WHERE c.table_name <> {receiver} AND c.merges > 0 AND r.table_name IS NULL;
  END IF;

  IF v_refused > 0 THEN
    INSERT INTO {rejected} (rejected_at, table_name, reason, shard_id, sequence_number, payload, undecoded)
    SELECT GETDATE(), f.table_name, f.reason, f.shard_id, f.sequence_number, f.payload, f.undecoded
    FROM tributary_fresh f WHERE f.reason IS NOT NULL;
  END IF;

  -- Shapes are filed, to be judged and applied by the runner.
  IF v_shapes > 0 THEN
    INSERT INTO {schemas} (table_name, schema_number, record, shard_id, sequence_number, landed_at)
    SELECT f.table_name, f.schema_number, f.payload, f.shard_id, f.sequence_number, GETDATE()
    FROM (SELECT table_name, schema_number, payload, shard_id, sequence_number,
                 ROW_NUMBER() OVER (PARTITION BY table_name, schema_number ORDER BY last_sequence) AS nth
          FROM tributary_fresh WHERE op = 's' AND reason IS NULL) f
    LEFT JOIN {schemas} s ON s.table_name = f.table_name AND s.schema_number = f.schema_number
    WHERE f.nth = 1 AND s.table_name IS NULL;
  END IF;

  -- Of tables that are made anew the newest version at which they were.
  IF v_anew > 0 THEN
    CREATE TEMP TABLE tributary_anew AS
    SELECT n.table_name, MAX(n.version) AS version
    FROM (SELECT table_name, version FROM tributary_fresh WHERE op = 't' AND reason IS NULL
          UNION ALL SELECT table_name, version FROM {replacements}) n
    GROUP BY n.table_name;
    DELETE FROM {replacements} USING tributary_anew n WHERE n.table_name = {replacements_alone}.table_name;
    INSERT INTO {replacements} (table_name, version) SELECT n.table_name, n.version FROM tributary_anew n;
    DROP TABLE tributary_anew;
  END IF;

  -- Of tables that are held up to when, and up to when that is over.
  IF v_held > 0 THEN
    CREATE TEMP TABLE tributary_held AS
    SELECT n.table_name, MAX(n.held_ms) AS held_ms, MAX(n.released_ms) AS released_ms
    FROM (SELECT table_name, CASE WHEN op = 'h' THEN ts_ms ELSE 0 END AS held_ms, CASE WHEN op = 'f' THEN ts_ms ELSE 0 END AS released_ms
          FROM tributary_fresh WHERE op IN ('h', 'f') AND reason IS NULL
          UNION ALL SELECT table_name, held_ms, released_ms FROM {holds}) n
    GROUP BY n.table_name;
    DELETE FROM {holds} USING tributary_held n WHERE n.table_name = {holds_alone}.table_name;
    INSERT INTO {holds} (table_name, held_ms, released_ms) SELECT n.table_name, n.held_ms, n.released_ms FROM tributary_held n;
    DROP TABLE tributary_held;
  END IF;

  -- The rest is put where the merges take it, table by table.
  IF v_fresh > 0 THEN
    INSERT INTO {stage} (table_name, schema_number, op, version, ts_ms, shard_id, sequence_number, refresh_time, payload)
    SELECT f.table_name, f.schema_number, f.op, f.version, f.ts_ms, f.shard_id, f.sequence_number, f.refresh_time, f.payload
    FROM tributary_fresh f WHERE f.reason IS NULL AND f.op NOT IN ('s', 'h', 'f') ORDER BY f.table_name;
    CREATE TEMP TABLE tributary_counts AS
    SELECT COALESCE(known_table, {receiver}) AS table_name,
           COUNT(reason) AS refused,
           SUM(CASE WHEN reason IS NULL AND op NOT IN ('s', 'h', 'f') THEN 1 ELSE 0 END)::BIGINT AS landed
    FROM tributary_fresh GROUP BY COALESCE(known_table, {receiver});
    UPDATE {control} SET rows_landed = rows_landed + n.landed, rows_rejected = rows_rejected + n.refused
    FROM tributary_counts n WHERE n.table_name = {control_alone}.table_name;
    CREATE TEMP TABLE tributary_reached AS
    SELECT shard_id, MAX(last_sequence) AS last_sequence, MAX(refresh_time) AS refresh_time
    FROM tributary_fresh GROUP BY shard_id;
    DELETE FROM {watermark} WHERE table_name = {receiver} AND shard_id IN (SELECT shard_id FROM tributary_reached);
    INSERT INTO {watermark} (table_name, shard_id, sequence_number)
    SELECT {receiver}, shard_id, last_sequence FROM tributary_reached;
    UPDATE {control} SET merged_at = GETDATE(),
      landed_until = GREATEST(landed_until, (SELECT MAX(refresh_time) FROM tributary_reached))
    WHERE table_name = {receiver};
    DROP TABLE tributary_counts;
    DROP TABLE tributary_reached;
  END IF;
  DROP TABLE tributary_fresh;

  -- Tables that follow a schedule are called when all is counted that has landed.
  SELECT COUNT(*) INTO v_calls FROM {schedules} WHERE cron IS NOT NULL AND (next_at IS NULL OR next_at <= GETDATE());
  IF v_calls > 0 THEN
    CALL {timetable}();
  END IF;
END;
