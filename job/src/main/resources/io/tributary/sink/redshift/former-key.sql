-- A part of merge.sql: deletes in shapes with an earlier key end the rows that this key finds, if they are older.
  CREATE TEMP TABLE tributary_former AS
  SELECT {former_key}, MAX(l._version) AS _version
  FROM tributary_landed l WHERE l._schema IN ({shapes}) AND l._op = 'd' GROUP BY {places};

  DELETE FROM {target} USING tributary_former
  WHERE {former_is_in_target} AND COALESCE({target_alone}._version, '') < tributary_former._version;

  GET DIAGNOSTICS v_count := ROW_COUNT;

  v_ended := v_ended + v_count;

  DROP TABLE tributary_former;
