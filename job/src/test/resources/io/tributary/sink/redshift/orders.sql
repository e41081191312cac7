CREATE SCHEMA IF NOT EXISTS "public";

CREATE EXTERNAL SCHEMA IF NOT EXISTS "public_stream" FROM KINESIS IAM_ROLE 'arn:aws:iam::123456789012:role/reads-the-stream';

CREATE MATERIALIZED VIEW "public"."_landing" AUTO REFRESH NO AS
SELECT approximate_arrival_timestamp, partition_key, shard_id, sequence_number, refresh_time,
       CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN JSON_PARSE(kinesis_data) END AS payload,
       CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN NULL ELSE kinesis_data END AS undecoded
FROM "public_stream"."shop-changes";

CREATE TABLE IF NOT EXISTS "public"."_control" (
  table_name VARCHAR(128) NOT NULL,
  rows_landed BIGINT NOT NULL,
  rows_merged BIGINT NOT NULL,
  rows_upserted BIGINT NOT NULL,
  rows_deleted BIGINT NOT NULL,
  rows_late BIGINT NOT NULL,
  rows_rejected BIGINT NOT NULL,
  rows_cut BIGINT NOT NULL DEFAULT 0,
  rows_seen BIGINT NOT NULL DEFAULT 0,
  paused BOOLEAN NOT NULL DEFAULT FALSE,
  merge_every_s INTEGER,
  schedule VARCHAR(256),
  is_called BOOLEAN NOT NULL DEFAULT FALSE,
  merges BIGINT NOT NULL,
  last_upserted BIGINT NOT NULL,
  last_deleted BIGINT NOT NULL,
  last_late BIGINT NOT NULL,
  last_duration_ms BIGINT,
  source_ts_ms BIGINT,
  landed_until TIMESTAMP,
  started_at TIMESTAMP,
  merged_at TIMESTAMP,
  last_error VARCHAR(4096),
  last_error_at TIMESTAMP,
  PRIMARY KEY (table_name));

CREATE TABLE IF NOT EXISTS "public"."_watermark" (
  table_name VARCHAR(128) NOT NULL,
  shard_id VARCHAR(64) NOT NULL,
  sequence_number VARCHAR(128) NOT NULL,
  PRIMARY KEY (table_name, shard_id));

CREATE TABLE IF NOT EXISTS "public"."_stage" (
  table_name VARCHAR(128) NOT NULL,
  schema_number BIGINT NOT NULL,
  op VARCHAR(8) NOT NULL,
  version VARCHAR(32) NOT NULL,
  ts_ms BIGINT,
  shard_id VARCHAR(64) NOT NULL,
  sequence_number VARCHAR(128) NOT NULL,
  refresh_time TIMESTAMP NOT NULL,
  payload SUPER NOT NULL)
DISTSTYLE AUTO
COMPOUND SORTKEY ("table_name");

CREATE TABLE IF NOT EXISTS "public"."_schemas" (
  table_name VARCHAR(128) NOT NULL,
  schema_number BIGINT NOT NULL,
  record SUPER NOT NULL,
  shard_id VARCHAR(64) NOT NULL,
  sequence_number VARCHAR(128) NOT NULL,
  landed_at TIMESTAMP NOT NULL,
  applied_at TIMESTAMP,
  problem VARCHAR(4096),
  PRIMARY KEY (table_name, schema_number));

CREATE TABLE IF NOT EXISTS "public"."_columns" (
  table_name VARCHAR(128) NOT NULL,
  relation BIGINT NOT NULL,
  column_number INTEGER NOT NULL,
  source_name VARCHAR(512) NOT NULL,
  target_column VARCHAR(512) NOT NULL,
  target_type VARCHAR(65535) NOT NULL,
  is_json BOOLEAN NOT NULL,
  PRIMARY KEY (table_name, relation, column_number, source_name));

CREATE TABLE IF NOT EXISTS "public"."_replacements" (
  table_name VARCHAR(128) NOT NULL,
  version VARCHAR(32) NOT NULL,
  PRIMARY KEY (table_name));

CREATE TABLE IF NOT EXISTS "public"."_holds" (
  table_name VARCHAR(128) NOT NULL,
  held_ms BIGINT NOT NULL,
  released_ms BIGINT NOT NULL,
  PRIMARY KEY (table_name));

CREATE TABLE IF NOT EXISTS "public"."_schedules" (
  schedule_name VARCHAR(256) NOT NULL,
  merge_every_s INTEGER,
  cron VARCHAR(256),
  months VARCHAR(12),
  month_days VARCHAR(31),
  week_days VARCHAR(7),
  is_either_day BOOLEAN,
  minutes VARCHAR(1440),
  paused BOOLEAN NOT NULL DEFAULT FALSE,
  called_at TIMESTAMP,
  next_at TIMESTAMP,
  PRIMARY KEY (schedule_name));

CREATE TABLE IF NOT EXISTS "public"."_rejected" (
  rejected_at TIMESTAMP NOT NULL,
  table_name VARCHAR(128),
  reason VARCHAR(1024) NOT NULL,
  shard_id VARCHAR(64) NOT NULL,
  sequence_number VARCHAR(128) NOT NULL,
  payload SUPER,
  undecoded VARBYTE(16777216));

CREATE TABLE IF NOT EXISTS "public"."_reloads" (
  table_name VARCHAR(128) NOT NULL,
  reason VARCHAR(1024) NOT NULL,
  noticed_at TIMESTAMP NOT NULL,
  PRIMARY KEY (table_name));

INSERT INTO "public"."_control" (table_name, rows_landed, rows_merged, rows_upserted, rows_deleted, rows_late, rows_rejected, merges, last_upserted, last_deleted, last_late)
SELECT '_landing', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
WHERE NOT EXISTS (SELECT 1 FROM "public"."_control" WHERE table_name = '_landing');

CREATE OR REPLACE PROCEDURE "public"."_timetable"() AS $$
DECLARE
  v_schedule RECORD;
  v_day DATE;
  v_minute INTEGER;
  v_found INTEGER;
  v_days INTEGER;
  v_next TIMESTAMP;
BEGIN
  FOR v_schedule IN
    SELECT s.schedule_name, s.next_at, s.months, s.month_days, s.week_days, s.is_either_day, s.minutes
    FROM "public"."_schedules" s WHERE s.cron IS NOT NULL AND (s.next_at IS NULL OR s.next_at <= GETDATE())
  LOOP
    IF v_schedule.next_at IS NOT NULL THEN
      UPDATE "public"."_control" SET is_called = TRUE
      WHERE schedule = v_schedule.schedule_name AND rows_landed <> rows_seen;
      UPDATE "public"."_schedules" SET called_at = GETDATE() WHERE schedule_name = v_schedule.schedule_name;
    END IF;
    v_day := GETDATE()::DATE;
    v_minute := (EXTRACT(HOUR FROM GETDATE()) * 60 + EXTRACT(MINUTE FROM GETDATE()) + 1)::INTEGER;
    v_days := 0;
    v_next := NULL;
    WHILE v_next IS NULL AND v_days < 3000 LOOP
      IF SUBSTRING(v_schedule.months, EXTRACT(MONTH FROM v_day)::INTEGER, 1) = '1'
        AND (SUBSTRING(v_schedule.month_days, EXTRACT(DAY FROM v_day)::INTEGER, 1) = '1'
             OR (v_schedule.is_either_day AND SUBSTRING(v_schedule.week_days, EXTRACT(DOW FROM v_day)::INTEGER + 1, 1) = '1'))
        AND (v_schedule.is_either_day OR SUBSTRING(v_schedule.week_days, EXTRACT(DOW FROM v_day)::INTEGER + 1, 1) = '1')
      THEN
        v_found := POSITION('1' IN SUBSTRING(v_schedule.minutes, v_minute + 1));
        IF v_found > 0 THEN
          v_next := v_day + (v_minute + v_found - 1) * INTERVAL '1 minute';
        END IF;
      END IF;
      v_day := v_day + 1;
      v_minute := 0;
      v_days := v_days + 1;
    END LOOP;
    UPDATE "public"."_schedules" SET next_at = v_next WHERE schedule_name = v_schedule.schedule_name;
  END LOOP;
END;
$$ LANGUAGE plpgsql SET cast_super_null_on_error TO ON;

CREATE OR REPLACE PROCEDURE "public"."_receive"() AS $$
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
  UPDATE "public"."_control" SET last_late = last_late WHERE table_name = '_landing';
  SELECT COALESCE(MAX(landed_until), '1970-01-02'::TIMESTAMP) - INTERVAL '10 seconds', MAX(landed_until), MAX(started_at)
  INTO v_floor, v_until, v_looked
  FROM "public"."_control" WHERE table_name = '_landing';
  IF v_looked < GETDATE() - INTERVAL '86400 seconds' THEN
    v_gap := 'The landing was not refreshed for longer than the stream keeps its records';
  END IF;
  UPDATE "public"."_control" SET started_at = GETDATE() WHERE table_name = '_landing' AND last_error IS NULL;
  CREATE TEMP TABLE tributary_fresh AS
  SELECT f.*,
         CASE WHEN f.payload IS NULL THEN 'The record is not JSON, or a string in it is longer than 65535 bytes'
              WHEN f.table_name IS NULL OR f.op IS NULL OR f.schema_number IS NULL THEN 'The record has no _table, no _op or no _schema that one of ours could have'
              WHEN c.table_name IS NULL THEN 'The pipeline sends no table of this name'
              WHEN f.op NOT IN ('c', 'u', 'r', 'd', 't', 's', 'h', 'f') THEN 'The operation is none of c, u, r, d, t, h, f'
              WHEN f.op <> 's' AND (f.version IS NULL OR f.version !~ '^[0-9a-f]{32}$') THEN 'The version is not 32 hexadecimal digits'
              WHEN f.op IN ('h', 'f') AND f.ts_ms IS NULL THEN 'The record has no _ts_ms that one of ours could have' END AS reason,
         c.table_name AS known_table
  FROM (SELECT CASE WHEN JSON_TYPEOF(l.payload."_table") = 'string' THEN CASE WHEN OCTET_LENGTH(l.payload."_table"::VARCHAR(65535)) <= 128 THEN l.payload."_table"::VARCHAR(128) END END AS table_name,
               CASE WHEN JSON_TYPEOF(l.payload."_op") = 'string' THEN CASE WHEN OCTET_LENGTH(l.payload."_op"::VARCHAR(65535)) <= 8 THEN l.payload."_op"::VARCHAR(8) END END AS op,
               CASE WHEN JSON_TYPEOF(l.payload."_version") = 'string' THEN CASE WHEN OCTET_LENGTH(l.payload."_version"::VARCHAR(65535)) <= 32 THEN l.payload."_version"::VARCHAR(32) END END AS version,
               CASE WHEN JSON_TYPEOF(l.payload."_ts_ms") = 'number' THEN CASE WHEN JSON_SERIALIZE(l.payload."_ts_ms") ~ '^[0-9]{1,18}$' THEN l.payload."_ts_ms"::BIGINT END END AS ts_ms,
               CASE WHEN JSON_TYPEOF(l.payload."_schema") = 'number' THEN CASE WHEN JSON_SERIALIZE(l.payload."_schema") ~ '^[0-9]{1,18}$' THEN l.payload."_schema"::BIGINT END END AS schema_number,
               l.refresh_time, l.shard_id, LPAD(l.sequence_number, 128, '0') AS last_sequence, l.sequence_number,
               CASE WHEN LPAD(l.sequence_number, 128, '0') <= w.sequence_number THEN 1 END AS is_reborn,
               l.payload, l.undecoded
        FROM "public"."_landing" l
        LEFT JOIN "public"."_watermark" w ON w.table_name = '_landing' AND w.shard_id = l.shard_id
        WHERE l.refresh_time >= v_floor
          AND (w.sequence_number IS NULL OR LPAD(l.sequence_number, 128, '0') > w.sequence_number
               OR l.refresh_time > v_until)) f
  LEFT JOIN "public"."_control" c ON c.table_name = f.table_name AND c.table_name <> '_landing';
  SELECT COUNT(*), COUNT(is_reborn), COUNT(reason),
         COALESCE(SUM(CASE WHEN reason IS NULL AND op = 's' THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN reason IS NULL AND op = 't' THEN 1 ELSE 0 END), 0),
         COALESCE(SUM(CASE WHEN reason IS NULL AND op IN ('h', 'f') THEN 1 ELSE 0 END), 0)
  INTO v_fresh, v_reborn, v_refused, v_shapes, v_anew, v_held FROM tributary_fresh;
  IF v_refused > 0 THEN
    INSERT INTO "public"."_rejected" (rejected_at, table_name, reason, shard_id, sequence_number, payload, undecoded)
    SELECT GETDATE(), f.table_name, f.reason, f.shard_id, f.sequence_number, f.payload, f.undecoded
    FROM tributary_fresh f WHERE f.reason IS NOT NULL;
  END IF;
  IF v_shapes > 0 THEN
    INSERT INTO "public"."_schemas" (table_name, schema_number, record, shard_id, sequence_number, landed_at)
    SELECT f.table_name, f.schema_number, f.payload, f.shard_id, f.sequence_number, GETDATE()
    FROM (SELECT table_name, schema_number, payload, shard_id, sequence_number,
                 ROW_NUMBER() OVER (PARTITION BY table_name, schema_number ORDER BY last_sequence) AS nth
          FROM tributary_fresh WHERE op = 's' AND reason IS NULL) f
    LEFT JOIN "public"."_schemas" s ON s.table_name = f.table_name AND s.schema_number = f.schema_number
    WHERE f.nth = 1 AND s.table_name IS NULL;
  END IF;
  IF v_anew > 0 THEN
    CREATE TEMP TABLE tributary_anew AS
    SELECT n.table_name, MAX(n.version) AS version
    FROM (SELECT table_name, version FROM tributary_fresh WHERE op = 't' AND reason IS NULL
          UNION ALL SELECT table_name, version FROM "public"."_replacements") n
    GROUP BY n.table_name;
    DELETE FROM "public"."_replacements" USING tributary_anew n WHERE n.table_name = "_replacements".table_name;
    INSERT INTO "public"."_replacements" (table_name, version) SELECT n.table_name, n.version FROM tributary_anew n;
    DROP TABLE tributary_anew;
  END IF;
  IF v_held > 0 THEN
    CREATE TEMP TABLE tributary_held AS
    SELECT n.table_name, MAX(n.held_ms) AS held_ms, MAX(n.released_ms) AS released_ms
    FROM (SELECT table_name, CASE WHEN op = 'h' THEN ts_ms ELSE 0 END AS held_ms, CASE WHEN op = 'f' THEN ts_ms ELSE 0 END AS released_ms
          FROM tributary_fresh WHERE op IN ('h', 'f') AND reason IS NULL
          UNION ALL SELECT table_name, held_ms, released_ms FROM "public"."_holds") n
    GROUP BY n.table_name;
    DELETE FROM "public"."_holds" USING tributary_held n WHERE n.table_name = "_holds".table_name;
    INSERT INTO "public"."_holds" (table_name, held_ms, released_ms) SELECT n.table_name, n.held_ms, n.released_ms FROM tributary_held n;
    DROP TABLE tributary_held;
  END IF;
  IF v_fresh > 0 THEN
    INSERT INTO "public"."_stage" (table_name, schema_number, op, version, ts_ms, shard_id, sequence_number, refresh_time, payload)
    SELECT f.table_name, f.schema_number, f.op, f.version, f.ts_ms, f.shard_id, f.sequence_number, f.refresh_time, f.payload
    FROM tributary_fresh f WHERE f.reason IS NULL AND f.op NOT IN ('s', 'h', 'f') ORDER BY f.table_name;
    CREATE TEMP TABLE tributary_counts AS
    SELECT COALESCE(known_table, '_landing') AS table_name,
           COUNT(reason) AS refused,
           SUM(CASE WHEN reason IS NULL AND op NOT IN ('s', 'h', 'f') THEN 1 ELSE 0 END)::BIGINT AS landed
    FROM tributary_fresh GROUP BY COALESCE(known_table, '_landing');
    UPDATE "public"."_control" SET rows_landed = rows_landed + n.landed, rows_rejected = rows_rejected + n.refused
    FROM tributary_counts n WHERE n.table_name = "_control".table_name;
    DROP TABLE tributary_counts;
  END IF;
  IF v_reborn > 0 THEN
    v_gap := 'The stream was made anew: a shard begins again';
    DELETE FROM "public"."_landing"
    WHERE refresh_time <= v_until AND shard_id IN (SELECT shard_id FROM tributary_fresh WHERE is_reborn = 1);
  END IF;
  IF v_gap IS NOT NULL THEN
    INSERT INTO "public"."_reloads" (table_name, reason, noticed_at)
    SELECT c.table_name, v_gap, GETDATE() FROM "public"."_control" c
    LEFT JOIN "public"."_reloads" r ON r.table_name = c.table_name
    WHERE c.table_name <> '_landing' AND c.merges > 0 AND r.table_name IS NULL;
  END IF;
  IF v_fresh > 0 THEN
    CREATE TEMP TABLE tributary_reached AS
    SELECT shard_id, MAX(last_sequence) AS last_sequence, MAX(refresh_time) AS refresh_time
    FROM tributary_fresh GROUP BY shard_id;
    DELETE FROM "public"."_watermark" WHERE table_name = '_landing' AND shard_id IN (SELECT shard_id FROM tributary_reached);
    INSERT INTO "public"."_watermark" (table_name, shard_id, sequence_number)
    SELECT '_landing', shard_id, last_sequence FROM tributary_reached;
    UPDATE "public"."_control" SET merged_at = GETDATE(),
      landed_until = GREATEST(landed_until, (SELECT MAX(refresh_time) FROM tributary_reached))
    WHERE table_name = '_landing';
    DROP TABLE tributary_reached;
  END IF;
  DROP TABLE tributary_fresh;
  SELECT COUNT(*) INTO v_calls FROM "public"."_schedules" WHERE cron IS NOT NULL AND (next_at IS NULL OR next_at <= GETDATE());
  IF v_calls > 0 THEN
    CALL "public"."_timetable"();
  END IF;
END;
$$ LANGUAGE plpgsql SET cast_super_null_on_error TO ON;

CREATE OR REPLACE PROCEDURE "public"."tributary_merge"() NONATOMIC AS $$
DECLARE
  v_due RECORD;
BEGIN
  REFRESH MATERIALIZED VIEW "public"."_landing";
  CALL "public"."_receive"();
  FOR v_due IN
    SELECT c.table_name
    FROM "public"."_control" c
    JOIN (SELECT DISTINCT s.table_name FROM "public"."_schemas" s WHERE s.applied_at IS NOT NULL) d ON d.table_name = c.table_name
    LEFT JOIN "public"."_holds" h ON h.table_name = c.table_name
    LEFT JOIN "public"."_schedules" t ON t.schedule_name = c.schedule
    WHERE (c.rows_landed <> c.rows_seen OR c.last_error IS NOT NULL)
      AND NOT c.paused AND NOT COALESCE(t.paused, FALSE) AND (h.held_ms IS NULL OR h.held_ms <= h.released_ms)
      AND (t.cron IS NULL OR c.is_called)
      AND (c.merged_at IS NULL OR c.merged_at <= GETDATE() - COALESCE(c.merge_every_s, t.merge_every_s, 0) * INTERVAL '1 second')
    ORDER BY c.table_name
  LOOP
    BEGIN
      EXECUTE 'CALL ' || '"public"' || '.' || QUOTE_IDENT('_merge_' || LOWER(v_due.table_name)) || '()';
    EXCEPTION WHEN OTHERS THEN
      UPDATE "public"."_control" SET last_error = SUBSTRING(SQLERRM, 1, 1000), last_error_at = GETDATE()
      WHERE table_name = v_due.table_name;
    END;
  END LOOP;
END;
$$ LANGUAGE plpgsql;

CREATE TABLE IF NOT EXISTS "public"."orders" (
  "id" BIGINT NOT NULL,
  "placed" TIMESTAMP,
  "total" DECIMAL(12,2),
  "rate" DOUBLE PRECISION,
  "tags" SUPER,
  "raw" VARBYTE(65535),
  "_version" VARCHAR(32),
  "_ts_ms" BIGINT,
  "_cut" VARCHAR(65535),
  PRIMARY KEY ("id"))
DISTSTYLE KEY DISTKEY ("id")
COMPOUND SORTKEY ("placed", "id");

CREATE TABLE IF NOT EXISTS "public"."_tombstones_orders" (
  "id" BIGINT NOT NULL,
  "_version" VARCHAR(32) NOT NULL,
  "_deleted_at" TIMESTAMP NOT NULL,
  PRIMARY KEY ("id"))
DISTSTYLE KEY DISTKEY ("id")
COMPOUND SORTKEY ("id");

INSERT INTO "public"."_control" (table_name, rows_landed, rows_merged, rows_upserted, rows_deleted, rows_late, rows_rejected, merges, last_upserted, last_deleted, last_late)
SELECT 'Orders', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
WHERE NOT EXISTS (SELECT 1 FROM "public"."_control" WHERE table_name = 'Orders');

CREATE OR REPLACE PROCEDURE "public"."_merge_orders"() AS $$
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
  LOCK TABLE "public"."_tombstones_orders";
  CREATE TEMP TABLE tributary_taken AS
  SELECT w."id", w."placed", w."total", w."rate", w."tags", w."raw",
         w._op, w._version, w._ts_ms, w._cut, w._tributary_shard_id, w._tributary_sequence, w._tributary_refreshed,
         w._tributary_problem, w._tributary_standing, w._tributary_buried,
         (SELECT c.rows_landed FROM "public"."_control" c WHERE c.table_name = 'Orders') AS _tributary_seen,
         (SELECT c.merged_at FROM "public"."_control" c WHERE c.table_name = 'Orders') AS _tributary_merged,
         CASE WHEN w._tributary_fate IS NOT NULL THEN w._tributary_fate
              WHEN w._tributary_problem IS NOT NULL THEN 'rejected'
              WHEN w._tributary_nth > 1 THEN 'superseded'
              WHEN w._tributary_standing >= w._version THEN 'late'
              WHEN w._tributary_buried > w._version OR (w._tributary_buried = w._version AND w._op = 'd') THEN 'late'
              WHEN w._op = 'd' THEN 'delete'
              ELSE 'upsert' END AS _tributary_fate
  FROM (SELECT j.*, d._version AS _tributary_buried,
               CASE WHEN t."id" IS NOT NULL THEN COALESCE(t._version, '') END AS _tributary_standing,
               ROW_NUMBER() OVER (
                 PARTITION BY j."id"
                 ORDER BY CASE WHEN j._tributary_fate IS NULL AND j._tributary_problem IS NULL THEN 0 ELSE 1 END,
                          j._version DESC, CASE WHEN j._op = 'd' THEN 1 ELSE 0 END, t._version DESC) AS _tributary_nth
        FROM (SELECT v.*,
                     CASE WHEN v._tributary_fate IS NOT NULL THEN NULL
                          WHEN v."id" IS NULL AND JSON_TYPEOF(v._tributary_payload."id") <> 'null' THEN 'The value of column id is no BIGINT'
                          WHEN v."placed" IS NULL AND JSON_TYPEOF(v._tributary_payload."placed") <> 'null' THEN 'The value of column placed is no TIMESTAMP'
                          WHEN v."total" IS NULL AND JSON_TYPEOF(v._tributary_payload."total") <> 'null' THEN 'The value of column total is no DECIMAL(12,2)'
                          WHEN v."rate" IS NULL AND JSON_TYPEOF(v._tributary_payload."rate") <> 'null' THEN 'The value of column rate is no DOUBLE PRECISION'
                          WHEN v."tags" IS NULL AND JSON_TYPEOF(v._tributary_payload."tags") <> 'null' THEN 'The value of column tags is no SUPER'
                          WHEN v."raw" IS NULL AND JSON_TYPEOF(v._tributary_payload."raw") <> 'null' THEN 'The value of column raw is no VARBYTE(65535)'
                          WHEN v."id" IS NULL THEN 'A key column is null' END AS _tributary_problem
              FROM (SELECT l.op AS _op, l.version AS _version, l.ts_ms AS _ts_ms, l.schema_number AS _schema,
                           l.payload AS _tributary_payload, l.shard_id AS _tributary_shard_id,
                           l.sequence_number AS _tributary_sequence, l.refresh_time AS _tributary_refreshed,
                           CASE WHEN l.payload."_cut" IS NULL OR JSON_TYPEOF(l.payload."_cut") = 'null' THEN NULL WHEN JSON_TYPEOF(l.payload."_cut") = 'string' THEN l.payload."_cut"::VARCHAR(65535) WHEN JSON_SIZE(l.payload."_cut") <= 65535 THEN JSON_SERIALIZE(l.payload."_cut")::VARCHAR(65535) END AS _cut,
                           CASE WHEN l.op = 't' THEN 'anew'
                                WHEN l.version < r.version THEN 'outdated' END AS _tributary_fate,
                           CASE WHEN JSON_TYPEOF(l.payload."id") = 'number' THEN l.payload."id"::BIGINT END AS "id",
                           CASE WHEN JSON_TYPEOF(l.payload."placed") = 'string' THEN TRY_CAST(l.payload."placed"::VARCHAR(64) AS TIMESTAMP) END AS "placed",
                           CASE WHEN JSON_TYPEOF(l.payload."total") = 'number' THEN l.payload."total"::DECIMAL(12,2) END AS "total",
                           CASE JSON_TYPEOF(l.payload."rate") WHEN 'number' THEN l.payload."rate"::DOUBLE PRECISION WHEN 'string' THEN TRY_CAST(l.payload."rate"::VARCHAR(32) AS DOUBLE PRECISION) END AS "rate",
                           l.payload."tags" AS "tags",
                           CASE WHEN JSON_TYPEOF(l.payload."raw") = 'string' THEN CASE WHEN l.payload."raw"::VARCHAR(65535) ~ '^[0-9a-f]*$' AND MOD(LENGTH(l.payload."raw"::VARCHAR(65535)), 2) = 0 THEN TO_VARBYTE(l.payload."raw"::VARCHAR(65535), 'hex') END END AS "raw"
                    FROM "public"."_stage" l
                    LEFT JOIN "public"."_replacements" r ON r.table_name = 'Orders'
                    WHERE l.table_name = 'Orders' AND (FALSE OR l.version < r.version)) v) j
        LEFT JOIN "public"."orders" t ON t."id" = j."id"
        LEFT JOIN "public"."_tombstones_orders" d ON d."id" = j."id") w;
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
  IF v_seen IS NULL THEN
    SELECT rows_landed INTO v_seen FROM "public"."_control" WHERE table_name = 'Orders';
    SELECT CASE WHEN COUNT(*) = 0 THEN v_seen END INTO v_seen
    FROM "public"."_stage" l LEFT JOIN "public"."_replacements" r ON r.table_name = 'Orders'
    WHERE l.table_name = 'Orders' AND (FALSE OR l.version < r.version);
  END IF;
  IF v_anew > 0 THEN
    SELECT MAX(version) INTO v_replaced FROM "public"."_replacements" WHERE table_name = 'Orders';
    DELETE FROM "public"."orders" WHERE COALESCE("orders"._version, '') < v_replaced;
    GET DIAGNOSTICS v_count := ROW_COUNT;
    v_deleted := v_deleted + v_count;
    DELETE FROM "public"."_tombstones_orders" WHERE "_tombstones_orders"._version < v_replaced;
  END IF;
  IF v_standing > 0 THEN
    DELETE FROM "public"."orders" USING tributary_taken
    WHERE tributary_taken."id" = "orders"."id" AND tributary_taken._tributary_fate IN ('upsert', 'delete');
  END IF;
  IF v_upserted > 0 THEN
    INSERT INTO "public"."orders" ("id", "placed", "total", "rate", "tags", "raw", _version, _ts_ms, _cut)
    SELECT n."id", n."placed", n."total", n."rate", n."tags", n."raw", n._version, n._ts_ms, n._cut FROM tributary_taken n WHERE n._tributary_fate = 'upsert';
  END IF;
  IF v_unearthed > 0 THEN
    DELETE FROM "public"."_tombstones_orders" USING tributary_taken
    WHERE tributary_taken."id" = "_tombstones_orders"."id" AND tributary_taken._tributary_fate IN ('upsert', 'delete');
  END IF;
  IF DATE_TRUNC('hour', v_merged) < DATE_TRUNC('hour', v_started) THEN
    DELETE FROM "public"."_tombstones_orders" WHERE "_tombstones_orders"._deleted_at < GETDATE() - INTERVAL '604800 seconds';
  END IF;
  IF v_deletes > 0 THEN
    INSERT INTO "public"."_tombstones_orders" ("id", _version, _deleted_at)
    SELECT n."id", n._version, GETDATE() FROM tributary_taken n WHERE n._tributary_fate = 'delete';
  END IF;
  IF v_rejected + v_cut > 0 THEN
    INSERT INTO "public"."_rejected" (rejected_at, table_name, reason, shard_id, sequence_number, payload)
    SELECT GETDATE(), 'Orders',
           CASE WHEN n._tributary_fate = 'rejected' THEN n._tributary_problem ELSE 'The row is merged, less what no column holds of ' || SUBSTRING(n._cut, 1, 900) END,
           l.shard_id, l.sequence_number, l.payload
    FROM tributary_taken n
    JOIN "public"."_stage" l ON l.table_name = 'Orders'
      AND l.shard_id = n._tributary_shard_id AND l.sequence_number = n._tributary_sequence
    WHERE n._tributary_fate = 'rejected' OR (n._tributary_fate = 'upsert' AND n._cut IS NOT NULL);
  END IF;
  DELETE FROM "public"."_stage" USING tributary_taken n
  WHERE "_stage".table_name = 'Orders'
    AND "_stage".shard_id = n._tributary_shard_id AND "_stage".sequence_number = n._tributary_sequence;
  GET DIAGNOSTICS v_read := ROW_COUNT;
  UPDATE "public"."_control" SET
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
    last_duration_ms = DATEDIFF(millisecond, v_started, GETDATE()),
    source_ts_ms = GREATEST(source_ts_ms, v_source),
    started_at = v_started,
    landed_until = GREATEST(landed_until, v_landed),
    merged_at = GETDATE(),
    last_error = NULL,
    last_error_at = NULL
  WHERE table_name = 'Orders';
  DROP TABLE tributary_taken;
END;
$$ LANGUAGE plpgsql SET cast_super_null_on_error TO ON;
