-- The body of the procedure that takes the records which were copied into the temporary table tributary_files, for all tables:
-- see Receive. It runs in the transaction of the copy.

DECLARE
  v_load BIGINT;
  v_fresh BIGINT;
  v_reborn BIGINT;
  v_refused BIGINT;
  v_shapes BIGINT;
  v_anew BIGINT;
  v_held BIGINT;
BEGIN
  -- As the other does: not while a table is admitted.
  UPDATE {control} SET last_late = last_late WHERE table_name = {receiver};
  SELECT MAX(load_number) INTO v_load FROM {loads};
  CREATE TEMP TABLE tributary_fresh AS
{>judged.sql}
               GETDATE() AS refresh_time, {files} AS shard_id,
               v_load::VARCHAR(20) || '-' || l.place::VARCHAR(20) AS last_sequence,
               v_load::VARCHAR(20) || '-' || l.place::VARCHAR(20) AS sequence_number,
               CAST(NULL AS INTEGER) AS is_reborn, l.payload, CAST(NULL AS {record_bytes}) AS undecoded
        FROM (SELECT c.payload, ROW_NUMBER() OVER () AS place FROM tributary_files c) l) f
  LEFT JOIN {control} c ON c.table_name = f.table_name AND c.table_name <> {receiver};
{>filed.sql}
  DROP TABLE tributary_fresh;
END;
