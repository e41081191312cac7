-- What becomes of the records in tributary_fresh, which judged.sql has judged; who includes it declares the variables.
  SELECT COUNT(*), COUNT(is_reborn), COUNT(reason),
         COALESCE(SUM(CASE WHEN reason IS NULL AND op = 's' THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN reason IS NULL AND op = 't' THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN reason IS NULL AND op IN ('h', 'f') THEN 1 ELSE 0 END), 0)
  INTO v_fresh, v_reborn, v_refused, v_shapes, v_anew, v_held FROM tributary_fresh;

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
    DROP TABLE tributary_counts;
  END IF;
