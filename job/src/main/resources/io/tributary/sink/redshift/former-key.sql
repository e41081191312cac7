-- A part of merge.sql: deletes in shapes with an earlier key end the rows that this key finds, if they are older.
  CREATE TEMP TABLE tributary_former AS
  SELECT {former_key}, MAX(l.version) AS _version
  FROM {stage} l JOIN tributary_taken n ON n._tributary_shard_id = l.shard_id AND n._tributary_sequence = l.sequence_number
  WHERE l.table_name = {table} AND l.schema_number IN ({shapes}) AND n._tributary_fate = 'ended' GROUP BY {places};

  DELETE FROM {target} USING tributary_former
  WHERE {former_is_in_target} AND COALESCE({target_alone}._version, '') < tributary_former._version;

  GET DIAGNOSTICS v_count := ROW_COUNT;

  v_deleted := v_deleted + v_count;

  DROP TABLE tributary_former;
