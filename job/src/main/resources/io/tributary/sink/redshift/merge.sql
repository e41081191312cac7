-- The body of the procedure that merges one table: see Merge.
-- {table} is its name as a string, {target} and {tombstones} are its tables; {target_alone} and {tombstones_alone} are their
-- names without the schema, as a statement refers to the table it changes.

DECLARE
  v_started TIMESTAMP;
  v_anew BIGINT;
  v_rejected BIGINT;
  v_late BIGINT;
  v_upserted BIGINT;
  v_cut BIGINT;
  v_deletes BIGINT;
  v_deleted BIGINT;
  v_standing BIGINT;
  v_unearthed BIGINT;
  v_source BIGINT;
  v_landed TIMESTAMP;
  v_read BIGINT;
  v_seen BIGINT;
  v_merged TIMESTAMP;
  v_count BIGINT;
  v_replaced VARCHAR(32);
  v_long VARCHAR(1024);
BEGIN
  v_started := GETDATE();

  -- Merges of this table and changes of its shape queue up here; nobody else reads its tombstones.
  LOCK TABLE {tombstones};

  -- The table's records that are in a shape of which this procedure knows, or that are gone already and need none; and what
  -- becomes of each. Columns of ours have names that none of the user's can have.
  CREATE TEMP TABLE tributary_taken AS
  SELECT {columns_of_judged},
         w._op, w._version, w._ts_ms, w._cut, w._tributary_shard_id, w._tributary_sequence, w._tributary_refreshed,
         w._tributary_problem, w._tributary_standing, w._tributary_buried,
         (SELECT c.rows_landed FROM {control} c WHERE c.table_name = {table}) AS _tributary_seen,
         (SELECT c.merged_at FROM {control} c WHERE c.table_name = {table}) AS _tributary_merged,
         CASE WHEN w._tributary_fate IS NOT NULL THEN w._tributary_fate
              WHEN w._tributary_problem IS NOT NULL THEN 'rejected'
              WHEN w._tributary_nth > 1 THEN 'superseded'
              WHEN w._tributary_standing >= w._version THEN 'late'
              WHEN w._tributary_buried > w._version OR (w._tributary_buried = w._version AND w._op = 'd') THEN 'late'
              WHEN w._op = 'd' THEN 'delete'
              ELSE 'upsert' END AS _tributary_fate
  FROM (SELECT j.*, d._version AS _tributary_buried,
               CASE WHEN {t_is_there} THEN COALESCE(t._version, '') END AS _tributary_standing,
               ROW_NUMBER() OVER (
                 PARTITION BY {key_of_judged}
                 ORDER BY CASE WHEN j._tributary_fate IS NULL AND j._tributary_problem IS NULL THEN 0 ELSE 1 END,
                          j._version DESC, CASE WHEN j._op = 'd' THEN 1 ELSE 0 END, t._version DESC) AS _tributary_nth
        FROM (SELECT v.*,
                     CASE WHEN v._tributary_fate IS NOT NULL THEN NULL{problems}
                          WHEN {key_is_null} THEN 'A key column is null' END AS _tributary_problem
              FROM (SELECT l.op AS _op, l.version AS _version, l.ts_ms AS _ts_ms, l.schema_number AS _schema,
                           l.payload AS _tributary_payload, l.shard_id AS _tributary_shard_id,
                           l.sequence_number AS _tributary_sequence, l.refresh_time AS _tributary_refreshed,
                           {cut} AS _cut,
                           CASE WHEN l.op = 't' THEN 'anew'
                                WHEN l.version < r.version THEN 'outdated'{former_fate} END AS _tributary_fate,
                           {values_of_columns}
                    FROM {stage} l
                    LEFT JOIN {replacements} r ON r.table_name = {table}
                    WHERE l.table_name = {table} AND ({is_known} OR l.version < r.version)) v) j
        LEFT JOIN {target} t ON {t_is_judged}
        LEFT JOIN {tombstones} d ON {d_is_judged}) w;
  SELECT COALESCE(SUM(CASE WHEN _tributary_fate = 'anew' THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN _tributary_fate = 'rejected' THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN _tributary_fate IN ('late', 'outdated', 'former') THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN _tributary_fate = 'upsert' THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN _tributary_fate = 'upsert' AND _cut IS NOT NULL THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN _tributary_fate = 'delete' THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN _tributary_fate = 'delete' AND _tributary_standing IS NOT NULL THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN _tributary_fate IN ('upsert', 'delete') AND _tributary_standing IS NOT NULL THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN _tributary_fate IN ('upsert', 'delete') AND _tributary_buried IS NOT NULL THEN 1 ELSE 0 END), 0),
         MAX(_ts_ms), MAX(_tributary_refreshed), MAX(_tributary_seen), MAX(_tributary_merged)
  INTO v_anew, v_rejected, v_late, v_upserted, v_cut, v_deletes, v_deleted, v_standing, v_unearthed, v_source, v_landed, v_seen, v_merged
  FROM tributary_taken;

  -- All that has landed waits for its shape, if nothing has come meanwhile: then the table is not due until something does.
  IF v_seen IS NULL THEN
    SELECT rows_landed INTO v_seen FROM {control} WHERE table_name = {table};
    SELECT CASE WHEN COUNT(*) = 0 THEN v_seen END INTO v_seen
    FROM {stage} l LEFT JOIN {replacements} r ON r.table_name = {table}
    WHERE l.table_name = {table} AND ({is_known} OR l.version < r.version);
  END IF;

  -- Columns of text that are narrower than the warehouse allows are lengthened by the runner, before what is too long comes.
  {too_long};

  -- A table that was made anew has nothing of before.
  IF v_anew > 0 THEN
    SELECT MAX(version) INTO v_replaced FROM {replacements} WHERE table_name = {table};
    {end_replaced};
    GET DIAGNOSTICS v_count := ROW_COUNT;
    v_deleted := v_deleted + v_count;
    DELETE FROM {tombstones} WHERE {tombstones_alone}._version < v_replaced;
  END IF;
  {former_keys};

  -- Columns are qualified: one of the user may be named like a variable of this procedure.
  IF v_standing > 0 THEN
    DELETE FROM {target} USING tributary_taken
    WHERE {taken_is_in_target} AND tributary_taken._tributary_fate IN ({replacing});
    {mark_deleted};
  END IF;
  IF v_upserted > 0 THEN
    INSERT INTO {target} ({columns}, _version, _ts_ms, _cut{flag})
    SELECT {columns_of_taken}, n._version, n._ts_ms, n._cut{flag_of_row} FROM tributary_taken n WHERE n._tributary_fate = 'upsert';
  END IF;
  IF v_unearthed > 0 THEN
    DELETE FROM {tombstones} USING tributary_taken
    WHERE {taken_is_in_tombstones} AND tributary_taken._tributary_fate IN ('upsert', 'delete');
  END IF;
  -- Once an hour at most, as it reads all of them.
  IF DATE_TRUNC('hour', v_merged) < DATE_TRUNC('hour', v_started) THEN
    DELETE FROM {tombstones} WHERE {tombstones_alone}._deleted_at < GETDATE() - INTERVAL '{tombstone_seconds} seconds';
  END IF;
  IF v_deletes > 0 THEN
    INSERT INTO {tombstones} ({key}, _version, _deleted_at)
    SELECT {key_of_taken}, n._version, GETDATE() FROM tributary_taken n WHERE n._tributary_fate = 'delete'{burial};
  END IF;

  -- What all tables share comes last, and in this order, so that merges of other tables wait for it as shortly as can be.
  IF v_rejected + v_cut > 0 THEN
    INSERT INTO {rejected} (rejected_at, table_name, reason, shard_id, sequence_number, payload)
    SELECT GETDATE(), {table},
           CASE WHEN n._tributary_fate = 'rejected' THEN n._tributary_problem ELSE {was_cut} || SUBSTRING(n._cut, 1, 900) END,
           l.shard_id, l.sequence_number, l.payload
    FROM tributary_taken n
    JOIN {stage} l ON l.table_name = {table}
      AND l.shard_id = n._tributary_shard_id AND l.sequence_number = n._tributary_sequence
    WHERE n._tributary_fate = 'rejected' OR (n._tributary_fate = 'upsert' AND n._cut IS NOT NULL);
  END IF;
  DELETE FROM {stage} USING tributary_taken n
  WHERE {stage_alone}.table_name = {table}
    AND {stage_alone}.shard_id = n._tributary_shard_id AND {stage_alone}.sequence_number = n._tributary_sequence;
  GET DIAGNOSTICS v_read := ROW_COUNT;
  UPDATE {control} SET
    rows_merged = rows_merged + v_read,
    rows_seen = COALESCE(v_seen, rows_seen),
    rows_upserted = rows_upserted + v_upserted,
    rows_deleted = rows_deleted + v_deleted,
    rows_late = rows_late + v_late,
    rows_rejected = rows_rejected + v_rejected,
    rows_cut = rows_cut + v_cut,
    is_called = FALSE,
    merges = merges + 1,
    last_upserted = v_upserted,
    last_deleted = v_deleted,
    last_late = v_late,
    last_duration_ms = {duration},
    source_ts_ms = GREATEST(source_ts_ms, v_source),
    started_at = v_started,
    landed_until = GREATEST(landed_until, v_landed),
    merged_at = GETDATE(),
    last_error = NULL,
    last_error_at = NULL
  WHERE table_name = {table};
  DROP TABLE tributary_taken;
END;
