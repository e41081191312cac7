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
{>judged.sql}
               l.refresh_time, l.shard_id, LPAD(l.sequence_number, 128, '0') AS last_sequence, l.sequence_number,
               CASE WHEN LPAD(l.sequence_number, 128, '0') <= w.sequence_number THEN 1 END AS is_reborn,
               l.payload, l.undecoded
        FROM {landing} l
        LEFT JOIN {watermark} w ON w.table_name = {receiver} AND w.shard_id = l.shard_id
        WHERE l.refresh_time >= v_floor
          AND (w.sequence_number IS NULL OR LPAD(l.sequence_number, 128, '0') > w.sequence_number
               OR l.refresh_time > v_until)) f
  LEFT JOIN {control} c ON c.table_name = f.table_name AND c.table_name <> {receiver};
{>filed.sql}
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

  -- How far that is.
  IF v_fresh > 0 THEN
    CREATE TEMP TABLE tributary_reached AS
    SELECT shard_id, MAX(last_sequence) AS last_sequence, MAX(refresh_time) AS refresh_time
    FROM tributary_fresh GROUP BY shard_id;
    DELETE FROM {watermark} WHERE table_name = {receiver} AND shard_id IN (SELECT shard_id FROM tributary_reached);
    INSERT INTO {watermark} (table_name, shard_id, sequence_number)
    SELECT {receiver}, shard_id, last_sequence FROM tributary_reached;
    UPDATE {control} SET merged_at = GETDATE(),
      landed_until = GREATEST(landed_until, (SELECT MAX(refresh_time) FROM tributary_reached))
    WHERE table_name = {receiver};
    DROP TABLE tributary_reached;
  END IF;
  DROP TABLE tributary_fresh;

  -- Tables that follow a schedule are called when all is counted that has landed.
  SELECT COUNT(*) INTO v_calls FROM {schedules} WHERE cron IS NOT NULL AND (next_at IS NULL OR next_at <= GETDATE());
  IF v_calls > 0 THEN
    CALL {timetable}();
  END IF;
END;
