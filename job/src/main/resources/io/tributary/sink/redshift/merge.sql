-- The body of the procedure that merges one table: see Merge.
-- {table} is its name as a string, {target} and {tombstones} are its tables; {target_alone} and {tombstones_alone} are their
-- names without the schema, as a statement refers to the table it changes.

DECLARE
  v_floor TIMESTAMP;
  v_started TIMESTAMP;
  v_read BIGINT;
  v_held BIGINT;
  v_rejected BIGINT;
  v_late BIGINT;
  v_outlived BIGINT;
  v_outdated BIGINT;
  v_gone BIGINT;
  v_deleted BIGINT;
  v_upserted BIGINT;
  v_count BIGINT;
  v_ended BIGINT := 0;
  v_former BIGINT := 0;
  v_source BIGINT;
BEGIN
  v_started := GETDATE();

  -- Runs of the same merge queue up here, or fail in Redshift and are run again.
  UPDATE {control} SET started_at = GETDATE() WHERE table_name = {table};

  -- The refresh time only spares Redshift the blocks that are long done. Ten seconds for a leader whose clock was set back.
  SELECT COALESCE(MAX(landed_until), '1970-01-02'::TIMESTAMP) - INTERVAL '10 seconds' INTO v_floor
  FROM {control} WHERE table_name = {table};

  -- What has landed since the last merge. Sequence numbers have up to 128 digits, and sort as text with zeros in front.
  CREATE TEMP TABLE tributary_landed AS
  SELECT l.refresh_time, l.shard_id, LPAD(l.sequence_number, 128, '0') AS last_sequence, l.sequence_number,
         {operation} AS _op,
         {version} AS _version,
         {timestamp} AS _ts_ms,
         {schema_number} AS _schema,
         l.payload
  FROM {landing} l
  LEFT JOIN {watermark} w ON w.table_name = {table} AND w.shard_id = l.shard_id
  WHERE l.refresh_time >= v_floor
    AND (w.sequence_number IS NULL OR LPAD(l.sequence_number, 128, '0') > w.sequence_number)
    AND {table_name} = {table}
    AND {operation} <> 's'
    AND {schema_number} IS NOT NULL;

  -- The newest record that makes the table anew, whether it has to wait or not.
  CREATE TEMP TABLE tributary_replacement AS
  SELECT MAX(_version) AS version FROM tributary_landed
  WHERE _op = 't' AND _version ~ '^[0-9a-f]{32}$' HAVING COUNT(*) > 0;
  DELETE FROM {replacements}
  WHERE table_name = {table} AND version < (SELECT MAX(r.version) FROM tributary_replacement r);
  INSERT INTO {replacements} (table_name, version)
  SELECT {table}, r.version FROM tributary_replacement r
  WHERE NOT EXISTS (SELECT 1 FROM {replacements} WHERE table_name = {table});

  -- What has to wait for its shape holds back what came later in its shard. What is gone already waits for nothing.
  CREATE TEMP TABLE tributary_held AS
  SELECT l.shard_id, MIN(l.last_sequence) AS last_sequence FROM tributary_landed l
  LEFT JOIN {schemas} s ON s.table_name = {table} AND s.schema_number = l._schema AND s.applied_at IS NOT NULL
  LEFT JOIN {replacements} r ON r.table_name = {table}
  WHERE s.schema_number IS NULL AND NOT COALESCE(l._version < r.version, FALSE) GROUP BY l.shard_id;
  DELETE FROM tributary_landed USING tributary_held h
  WHERE h.shard_id = tributary_landed.shard_id AND tributary_landed.last_sequence >= h.last_sequence;
  GET DIAGNOSTICS v_held := ROW_COUNT;
  CREATE TEMP TABLE tributary_reached AS
  SELECT shard_id, MAX(last_sequence) AS last_sequence, MAX(refresh_time) AS refresh_time,
         COUNT(*) AS landed, MAX(_ts_ms) AS source_ts_ms
  FROM tributary_landed GROUP BY shard_id;
  SELECT COALESCE(SUM(landed), 0), MAX(source_ts_ms) INTO v_read, v_source FROM tributary_reached;

  -- A table that was made anew has nothing of before, and nothing comes back that lands later.
  DELETE FROM tributary_landed WHERE _op = 't' AND _version ~ '^[0-9a-f]{32}$';
  DELETE FROM tributary_landed USING {replacements} r
  WHERE r.table_name = {table} AND tributary_landed._version < r.version AND tributary_landed._version ~ '^[0-9a-f]{32}$';
  GET DIAGNOSTICS v_outdated := ROW_COUNT;
  DELETE FROM {target} WHERE EXISTS (SELECT 1 FROM tributary_replacement)
    AND COALESCE({target_alone}._version, '') < (SELECT MAX(r.version) FROM tributary_replacement r);
  GET DIAGNOSTICS v_gone := ROW_COUNT;
  DELETE FROM {tombstones} WHERE EXISTS (SELECT 1 FROM tributary_replacement)
    AND {tombstones_alone}._version < (SELECT MAX(r.version) FROM tributary_replacement r);

  -- Records that cannot be merged are put aside with the reason.
  CREATE TEMP TABLE tributary_refused AS
  SELECT shard_id, last_sequence, reason
  FROM (SELECT shard_id, last_sequence,
         CASE WHEN _op NOT IN ('c', 'u', 'r', 'd', 't') THEN 'The operation is none of c, u, r, d, t'
              WHEN _version IS NULL OR _version !~ '^[0-9a-f]{32}$' THEN 'The version is not 32 hexadecimal digits'
              WHEN {key_is_null} THEN 'A key column is null' END AS reason
        FROM tributary_landed l) AS judged
  WHERE reason IS NOT NULL;
  INSERT INTO {rejected} (rejected_at, table_name, reason, shard_id, sequence_number, payload)
  SELECT GETDATE(), {table}, r.reason, l.shard_id, l.sequence_number, l.payload
  FROM tributary_refused r JOIN tributary_landed l ON l.shard_id = r.shard_id AND l.last_sequence = r.last_sequence;
  GET DIAGNOSTICS v_rejected := ROW_COUNT;
  DELETE FROM tributary_landed USING tributary_refused r
  WHERE r.shard_id = tributary_landed.shard_id AND r.last_sequence = tributary_landed.last_sequence;

  -- What came in a shape with an earlier key: see former-key.sql.
  {former_shapes};

  -- The newest of each key, if it is newer than what the target and the tombstones have.
  CREATE TEMP TABLE tributary_newest AS
  SELECT _op, _version, _ts_ms,
         {values_of_columns}
  FROM (SELECT _op, _version, _ts_ms, _schema, payload, ROW_NUMBER() OVER (
          PARTITION BY {values_of_key}
          ORDER BY _version DESC, CASE WHEN _op = 'd' THEN 1 ELSE 0 END) AS nth
        FROM tributary_landed l) AS ranked
  WHERE nth = 1;
  DELETE FROM tributary_newest USING {target} t
  WHERE {newest_is_in_t} AND t._version >= tributary_newest._version;
  GET DIAGNOSTICS v_late := ROW_COUNT;
  DELETE FROM tributary_newest USING {tombstones} t
  WHERE {newest_is_in_t} AND (t._version > tributary_newest._version
    OR (t._version = tributary_newest._version AND tributary_newest._op = 'd'));
  GET DIAGNOSTICS v_outlived := ROW_COUNT;

  -- Columns are qualified: one of the user may be named like a variable of this procedure.
  DELETE FROM {target} USING tributary_newest
  WHERE {newest_is_in_target} AND tributary_newest._op = 'd';
  GET DIAGNOSTICS v_deleted := ROW_COUNT;
  DELETE FROM {target} USING tributary_newest
  WHERE {newest_is_in_target} AND tributary_newest._op <> 'd';
  INSERT INTO {target} ({columns}, _version, _ts_ms)
  SELECT {columns_of_newest}, n._version, n._ts_ms FROM tributary_newest n WHERE n._op <> 'd';
  GET DIAGNOSTICS v_upserted := ROW_COUNT;
  DELETE FROM {tombstones} USING tributary_newest
  WHERE {newest_is_in_tombstones};
  INSERT INTO {tombstones} ({key}, _version, _deleted_at)
  SELECT {key_of_newest}, n._version, GETDATE() FROM tributary_newest n WHERE n._op = 'd';
  DELETE FROM {tombstones} WHERE _deleted_at < GETDATE() - INTERVAL '{tombstone_seconds} seconds';

  DELETE FROM {watermark} WHERE table_name = {table} AND shard_id IN (SELECT shard_id FROM tributary_reached);
  INSERT INTO {watermark} (table_name, shard_id, sequence_number)
  SELECT {table}, shard_id, last_sequence FROM tributary_reached;

  -- While rows are held back the time stays where it was, so that it never passes one of them.
  UPDATE {control} SET
    rows_merged = rows_merged + v_read,
    rows_held = v_held,
    rows_upserted = rows_upserted + v_upserted,
    rows_deleted = rows_deleted + v_deleted + v_ended + v_gone,
    rows_late = rows_late + v_late + v_outlived + v_former + v_outdated,
    rows_rejected = rows_rejected + v_rejected,
    merges = merges + 1,
    last_upserted = v_upserted,
    last_deleted = v_deleted + v_ended + v_gone,
    last_late = v_late + v_outlived + v_former + v_outdated,
    last_duration_ms = {duration},
    source_ts_ms = GREATEST(source_ts_ms, v_source),
    landed_until = CASE WHEN v_held > 0 THEN landed_until
      ELSE COALESCE((SELECT MAX(refresh_time) FROM tributary_reached), landed_until) END,
    merged_at = GETDATE(),
    last_error = NULL,
    last_error_at = NULL
  WHERE table_name = {table};
  DROP TABLE tributary_landed;
  DROP TABLE tributary_held;
  DROP TABLE tributary_replacement;
  DROP TABLE tributary_reached;
  DROP TABLE tributary_refused;
  DROP TABLE tributary_newest;
END;
