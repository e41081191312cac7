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
  rows_held BIGINT NOT NULL,
  rows_upserted BIGINT NOT NULL,
  rows_deleted BIGINT NOT NULL,
  rows_late BIGINT NOT NULL,
  rows_rejected BIGINT NOT NULL,
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

CREATE TABLE IF NOT EXISTS "public"."_rejected" (
  rejected_at TIMESTAMP NOT NULL,
  table_name VARCHAR(128),
  reason VARCHAR(1024) NOT NULL,
  shard_id VARCHAR(64) NOT NULL,
  sequence_number VARCHAR(128) NOT NULL,
  payload SUPER,
  undecoded VARBYTE(16777216));

INSERT INTO "public"."_control" (table_name, rows_landed, rows_merged, rows_held, rows_upserted, rows_deleted, rows_late, rows_rejected, merges, last_upserted, last_deleted, last_late)
SELECT '_landing', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
WHERE NOT EXISTS (SELECT 1 FROM "public"."_control" WHERE table_name = '_landing');

CREATE OR REPLACE PROCEDURE "public"."_receive"() AS $$
DECLARE
  v_floor TIMESTAMP;
  v_rejected BIGINT;
BEGIN
  UPDATE "public"."_control" SET started_at = GETDATE() WHERE table_name = '_landing';
  SELECT COALESCE(MAX(landed_until), '1970-01-02'::TIMESTAMP) - INTERVAL '10 seconds' INTO v_floor
  FROM "public"."_control" WHERE table_name = '_landing';
  CREATE TEMP TABLE tributary_fresh AS
  SELECT l.refresh_time, l.shard_id, LPAD(l.sequence_number, 128, '0') AS last_sequence, l.sequence_number,
         CASE WHEN JSON_TYPEOF(l.payload."_table") = 'string' THEN CASE WHEN OCTET_LENGTH(l.payload."_table"::VARCHAR(65535)) <= 128 THEN l.payload."_table"::VARCHAR(128) END END AS table_name,
         CASE WHEN JSON_TYPEOF(l.payload."_op") = 'string' THEN CASE WHEN OCTET_LENGTH(l.payload."_op"::VARCHAR(65535)) <= 8 THEN l.payload."_op"::VARCHAR(8) END END AS op,
         CASE WHEN JSON_TYPEOF(l.payload."_schema") = 'number' THEN CASE WHEN JSON_SERIALIZE(l.payload."_schema") ~ '^[0-9]{1,18}$' THEN l.payload."_schema"::BIGINT END END AS schema_number,
         l.payload, l.undecoded
  FROM "public"."_landing" l
  LEFT JOIN "public"."_watermark" w ON w.table_name = '_landing' AND w.shard_id = l.shard_id
  WHERE l.refresh_time >= v_floor
    AND (w.sequence_number IS NULL OR LPAD(l.sequence_number, 128, '0') > w.sequence_number);
  CREATE TEMP TABLE tributary_reached AS
  SELECT shard_id, MAX(last_sequence) AS last_sequence, MAX(refresh_time) AS refresh_time
  FROM tributary_fresh GROUP BY shard_id;
  CREATE TEMP TABLE tributary_refused AS
  SELECT shard_id, last_sequence, reason
  FROM (SELECT f.shard_id, f.last_sequence,
         CASE WHEN f.payload IS NULL THEN 'The record is not JSON, or a string in it is longer than 65535 bytes'
              WHEN f.table_name IS NULL OR f.op IS NULL OR f.schema_number IS NULL THEN 'The record has no _table, no _op or no _schema that one of ours could have'
              WHEN c.table_name IS NULL THEN 'The pipeline sends no table of this name' END AS reason
        FROM tributary_fresh f
        LEFT JOIN "public"."_control" c ON c.table_name = f.table_name AND c.table_name <> '_landing') AS judged
  WHERE reason IS NOT NULL;
  INSERT INTO "public"."_rejected" (rejected_at, table_name, reason, shard_id, sequence_number, payload, undecoded)
  SELECT GETDATE(), f.table_name, r.reason, f.shard_id, f.sequence_number, f.payload, f.undecoded
  FROM tributary_refused r JOIN tributary_fresh f ON f.shard_id = r.shard_id AND f.last_sequence = r.last_sequence;
  GET DIAGNOSTICS v_rejected := ROW_COUNT;
  DELETE FROM tributary_fresh USING tributary_refused r
  WHERE r.shard_id = tributary_fresh.shard_id AND r.last_sequence = tributary_fresh.last_sequence;
  INSERT INTO "public"."_schemas" (table_name, schema_number, record, shard_id, sequence_number, landed_at)
  SELECT f.table_name, f.schema_number, f.payload, f.shard_id, f.sequence_number, GETDATE()
  FROM (SELECT table_name, schema_number, payload, shard_id, sequence_number,
               ROW_NUMBER() OVER (PARTITION BY table_name, schema_number ORDER BY last_sequence) AS nth
        FROM tributary_fresh WHERE op = 's') f
  LEFT JOIN "public"."_schemas" s ON s.table_name = f.table_name AND s.schema_number = f.schema_number
  WHERE f.nth = 1 AND s.table_name IS NULL;
  CREATE TEMP TABLE tributary_counts AS
  SELECT table_name, SUM(CASE WHEN op = 's' THEN 0 ELSE 1 END)::BIGINT AS landed
  FROM tributary_fresh GROUP BY table_name;
  UPDATE "public"."_control" SET rows_landed = rows_landed + n.landed
  FROM tributary_counts n WHERE n.table_name = "_control".table_name;
  DELETE FROM "public"."_watermark" WHERE table_name = '_landing' AND shard_id IN (SELECT shard_id FROM tributary_reached);
  INSERT INTO "public"."_watermark" (table_name, shard_id, sequence_number)
  SELECT '_landing', shard_id, last_sequence FROM tributary_reached;
  UPDATE "public"."_control" SET rows_rejected = rows_rejected + v_rejected,
    merged_at = GETDATE(),
    landed_until = COALESCE((SELECT MAX(refresh_time) FROM tributary_reached), landed_until)
  WHERE table_name = '_landing';
  DROP TABLE tributary_fresh;
  DROP TABLE tributary_reached;
  DROP TABLE tributary_refused;
  DROP TABLE tributary_counts;
END;
$$ LANGUAGE plpgsql SET cast_super_null_on_error TO OFF;

CREATE TABLE IF NOT EXISTS "public"."orders" (
  "id" BIGINT NOT NULL,
  "placed" TIMESTAMP,
  "total" DECIMAL(12,2),
  "rate" DOUBLE PRECISION,
  "tags" SUPER,
  "raw" VARBYTE(65535),
  "_version" VARCHAR(32),
  "_ts_ms" BIGINT,
  PRIMARY KEY ("id"))
DISTSTYLE KEY DISTKEY ("id")
COMPOUND SORTKEY ("placed", "id");

CREATE TABLE IF NOT EXISTS "public"."_tombstones_orders" (
  "id" BIGINT NOT NULL,
  "_version" VARCHAR(32) NOT NULL,
  "_deleted_at" TIMESTAMP NOT NULL,
  PRIMARY KEY ("id"))
DISTSTYLE AUTO
SORTKEY AUTO;

INSERT INTO "public"."_control" (table_name, rows_landed, rows_merged, rows_held, rows_upserted, rows_deleted, rows_late, rows_rejected, merges, last_upserted, last_deleted, last_late)
SELECT 'Orders', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
WHERE NOT EXISTS (SELECT 1 FROM "public"."_control" WHERE table_name = 'Orders');

CREATE OR REPLACE PROCEDURE "public"."_merge_orders"() AS $$
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
  UPDATE "public"."_control" SET started_at = GETDATE() WHERE table_name = 'Orders';
  SELECT COALESCE(MAX(landed_until), '1970-01-02'::TIMESTAMP) - INTERVAL '10 seconds' INTO v_floor
  FROM "public"."_control" WHERE table_name = 'Orders';
  CREATE TEMP TABLE tributary_landed AS
  SELECT l.refresh_time, l.shard_id, LPAD(l.sequence_number, 128, '0') AS last_sequence, l.sequence_number,
         CASE WHEN JSON_TYPEOF(l.payload."_op") = 'string' THEN CASE WHEN OCTET_LENGTH(l.payload."_op"::VARCHAR(65535)) <= 8 THEN l.payload."_op"::VARCHAR(8) END END AS _op,
         CASE WHEN JSON_TYPEOF(l.payload."_version") = 'string' THEN CASE WHEN OCTET_LENGTH(l.payload."_version"::VARCHAR(65535)) <= 64 THEN l.payload."_version"::VARCHAR(64) END END AS _version,
         CASE WHEN JSON_TYPEOF(l.payload."_ts_ms") = 'number' THEN CASE WHEN JSON_SERIALIZE(l.payload."_ts_ms") ~ '^[0-9]{1,18}$' THEN l.payload."_ts_ms"::BIGINT END END AS _ts_ms,
         CASE WHEN JSON_TYPEOF(l.payload."_schema") = 'number' THEN CASE WHEN JSON_SERIALIZE(l.payload."_schema") ~ '^[0-9]{1,18}$' THEN l.payload."_schema"::BIGINT END END AS _schema,
         l.payload
  FROM "public"."_landing" l
  LEFT JOIN "public"."_watermark" w ON w.table_name = 'Orders' AND w.shard_id = l.shard_id
  WHERE l.refresh_time >= v_floor
    AND (w.sequence_number IS NULL OR LPAD(l.sequence_number, 128, '0') > w.sequence_number)
    AND CASE WHEN JSON_TYPEOF(l.payload."_table") = 'string' THEN CASE WHEN OCTET_LENGTH(l.payload."_table"::VARCHAR(65535)) <= 128 THEN l.payload."_table"::VARCHAR(128) END END = 'Orders'
    AND CASE WHEN JSON_TYPEOF(l.payload."_op") = 'string' THEN CASE WHEN OCTET_LENGTH(l.payload."_op"::VARCHAR(65535)) <= 8 THEN l.payload."_op"::VARCHAR(8) END END <> 's'
    AND CASE WHEN JSON_TYPEOF(l.payload."_schema") = 'number' THEN CASE WHEN JSON_SERIALIZE(l.payload."_schema") ~ '^[0-9]{1,18}$' THEN l.payload."_schema"::BIGINT END END IS NOT NULL;
  CREATE TEMP TABLE tributary_replacement AS
  SELECT MAX(_version) AS version FROM tributary_landed
  WHERE _op = 't' AND _version ~ '^[0-9a-f]{32}$' HAVING COUNT(*) > 0;
  DELETE FROM "public"."_replacements"
  WHERE table_name = 'Orders' AND version < (SELECT MAX(r.version) FROM tributary_replacement r);
  INSERT INTO "public"."_replacements" (table_name, version)
  SELECT 'Orders', r.version FROM tributary_replacement r
  WHERE NOT EXISTS (SELECT 1 FROM "public"."_replacements" WHERE table_name = 'Orders');
  CREATE TEMP TABLE tributary_held AS
  SELECT l.shard_id, MIN(l.last_sequence) AS last_sequence FROM tributary_landed l
  LEFT JOIN "public"."_schemas" s ON s.table_name = 'Orders' AND s.schema_number = l._schema AND s.applied_at IS NOT NULL
  LEFT JOIN "public"."_replacements" r ON r.table_name = 'Orders'
  WHERE s.schema_number IS NULL AND NOT COALESCE(l._version < r.version, FALSE) GROUP BY l.shard_id;
  DELETE FROM tributary_landed USING tributary_held h
  WHERE h.shard_id = tributary_landed.shard_id AND tributary_landed.last_sequence >= h.last_sequence;
  GET DIAGNOSTICS v_held := ROW_COUNT;
  CREATE TEMP TABLE tributary_reached AS
  SELECT shard_id, MAX(last_sequence) AS last_sequence, MAX(refresh_time) AS refresh_time,
         COUNT(*) AS landed, MAX(_ts_ms) AS source_ts_ms
  FROM tributary_landed GROUP BY shard_id;
  SELECT COALESCE(SUM(landed), 0), MAX(source_ts_ms) INTO v_read, v_source FROM tributary_reached;
  DELETE FROM tributary_landed WHERE _op = 't' AND _version ~ '^[0-9a-f]{32}$';
  DELETE FROM tributary_landed USING "public"."_replacements" r
  WHERE r.table_name = 'Orders' AND tributary_landed._version < r.version AND tributary_landed._version ~ '^[0-9a-f]{32}$';
  GET DIAGNOSTICS v_outdated := ROW_COUNT;
  DELETE FROM "public"."orders" WHERE EXISTS (SELECT 1 FROM tributary_replacement)
    AND COALESCE("orders"._version, '') < (SELECT MAX(r.version) FROM tributary_replacement r);
  GET DIAGNOSTICS v_gone := ROW_COUNT;
  DELETE FROM "public"."_tombstones_orders" WHERE EXISTS (SELECT 1 FROM tributary_replacement)
    AND "_tombstones_orders"._version < (SELECT MAX(r.version) FROM tributary_replacement r);
  CREATE TEMP TABLE tributary_refused AS
  SELECT shard_id, last_sequence, reason
  FROM (SELECT shard_id, last_sequence,
         CASE WHEN _op NOT IN ('c', 'u', 'r', 'd', 't') THEN 'The operation is none of c, u, r, d, t'
              WHEN _version IS NULL OR _version !~ '^[0-9a-f]{32}$' THEN 'The version is not 32 hexadecimal digits'
              WHEN l.payload."id"::BIGINT IS NULL THEN 'A key column is null' END AS reason
        FROM tributary_landed l) AS judged
  WHERE reason IS NOT NULL;
  INSERT INTO "public"."_rejected" (rejected_at, table_name, reason, shard_id, sequence_number, payload)
  SELECT GETDATE(), 'Orders', r.reason, l.shard_id, l.sequence_number, l.payload
  FROM tributary_refused r JOIN tributary_landed l ON l.shard_id = r.shard_id AND l.last_sequence = r.last_sequence;
  GET DIAGNOSTICS v_rejected := ROW_COUNT;
  DELETE FROM tributary_landed USING tributary_refused r
  WHERE r.shard_id = tributary_landed.shard_id AND r.last_sequence = tributary_landed.last_sequence;
  CREATE TEMP TABLE tributary_newest AS
  SELECT _op, _version, _ts_ms,
         ranked.payload."id"::BIGINT AS "id",
         ranked.payload."placed"::VARCHAR(64)::TIMESTAMP AS "placed",
         ranked.payload."total"::DECIMAL(12,2) AS "total",
         CASE WHEN JSON_TYPEOF(ranked.payload."rate") = 'string' THEN ranked.payload."rate"::VARCHAR(32)::DOUBLE PRECISION ELSE ranked.payload."rate"::DOUBLE PRECISION END AS "rate",
         ranked.payload."tags" AS "tags",
         TO_VARBYTE(ranked.payload."raw"::VARCHAR(65535), 'hex') AS "raw"
  FROM (SELECT _op, _version, _ts_ms, _schema, payload, ROW_NUMBER() OVER (
          PARTITION BY l.payload."id"::BIGINT
          ORDER BY _version DESC, CASE WHEN _op = 'd' THEN 1 ELSE 0 END) AS nth
        FROM tributary_landed l) AS ranked
  WHERE nth = 1;
  DELETE FROM tributary_newest USING "public"."orders" t
  WHERE t."id" = tributary_newest."id" AND t._version >= tributary_newest._version;
  GET DIAGNOSTICS v_late := ROW_COUNT;
  DELETE FROM tributary_newest USING "public"."_tombstones_orders" t
  WHERE t."id" = tributary_newest."id" AND (t._version > tributary_newest._version
    OR (t._version = tributary_newest._version AND tributary_newest._op = 'd'));
  GET DIAGNOSTICS v_outlived := ROW_COUNT;
  DELETE FROM "public"."orders" USING tributary_newest
  WHERE tributary_newest."id" = "orders"."id" AND tributary_newest._op = 'd';
  GET DIAGNOSTICS v_deleted := ROW_COUNT;
  DELETE FROM "public"."orders" USING tributary_newest
  WHERE tributary_newest."id" = "orders"."id" AND tributary_newest._op <> 'd';
  INSERT INTO "public"."orders" ("id", "placed", "total", "rate", "tags", "raw", _version, _ts_ms)
  SELECT n."id", n."placed", n."total", n."rate", n."tags", n."raw", n._version, n._ts_ms FROM tributary_newest n WHERE n._op <> 'd';
  GET DIAGNOSTICS v_upserted := ROW_COUNT;
  DELETE FROM "public"."_tombstones_orders" USING tributary_newest
  WHERE tributary_newest."id" = "_tombstones_orders"."id";
  INSERT INTO "public"."_tombstones_orders" ("id", _version, _deleted_at)
  SELECT n."id", n._version, GETDATE() FROM tributary_newest n WHERE n._op = 'd';
  DELETE FROM "public"."_tombstones_orders" WHERE _deleted_at < GETDATE() - INTERVAL '604800 seconds';
  DELETE FROM "public"."_watermark" WHERE table_name = 'Orders' AND shard_id IN (SELECT shard_id FROM tributary_reached);
  INSERT INTO "public"."_watermark" (table_name, shard_id, sequence_number)
  SELECT 'Orders', shard_id, last_sequence FROM tributary_reached;
  UPDATE "public"."_control" SET
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
    last_duration_ms = DATEDIFF(millisecond, v_started, GETDATE()),
    source_ts_ms = GREATEST(source_ts_ms, v_source),
    landed_until = CASE WHEN v_held > 0 THEN landed_until
      ELSE COALESCE((SELECT MAX(refresh_time) FROM tributary_reached), landed_until) END,
    merged_at = GETDATE(),
    last_error = NULL,
    last_error_at = NULL
  WHERE table_name = 'Orders';
  DROP TABLE tributary_landed;
  DROP TABLE tributary_held;
  DROP TABLE tributary_replacement;
  DROP TABLE tributary_reached;
  DROP TABLE tributary_refused;
  DROP TABLE tributary_newest;
END;
$$ LANGUAGE plpgsql SET cast_super_null_on_error TO OFF;
