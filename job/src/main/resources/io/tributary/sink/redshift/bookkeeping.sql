-- The tables in which the merges keep how far they are, what they know of the tables' shapes, and what they refused.

-- A row for each table. Counts without "last" are over all merges; rows_landed - rows_merged are waiting. A table is merged in
-- every round that finds more landed than its last merge has seen, unless it is paused, was merged less than merge_every_s seconds ago,
-- or has a schedule that says otherwise. One with times of day is called at its times, and merged once then.
CREATE TABLE IF NOT EXISTS {control} (
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

-- How far records were taken in each shard: the sequence number, zeros in front so that it sorts as text.
CREATE TABLE IF NOT EXISTS {watermark} (
  table_name VARCHAR(128) NOT NULL,
  shard_id VARCHAR(64) NOT NULL,
  sequence_number VARCHAR(128) NOT NULL,
  PRIMARY KEY (table_name, shard_id));

-- Records that were taken from the landing and that no merge has had yet.
CREATE TABLE IF NOT EXISTS {stage} (
  table_name VARCHAR(128) NOT NULL,
  schema_number BIGINT NOT NULL,
  op VARCHAR(8) NOT NULL,
  version VARCHAR(32) NOT NULL,
  ts_ms BIGINT,
  shard_id VARCHAR(64) NOT NULL,
  sequence_number VARCHAR(128) NOT NULL,
  refresh_time TIMESTAMP NOT NULL,
  payload {super} NOT NULL){stage_layout};

-- The shapes that the stream told of; applied_at is null until the target table has them.
CREATE TABLE IF NOT EXISTS {schemas} (
  table_name VARCHAR(128) NOT NULL,
  schema_number BIGINT NOT NULL,
  record {super} NOT NULL,
  shard_id VARCHAR(64) NOT NULL,
  sequence_number VARCHAR(128) NOT NULL,
  landed_at TIMESTAMP NOT NULL,
  applied_at TIMESTAMP,
  problem VARCHAR(4096),
  PRIMARY KEY (table_name, schema_number));

-- Of tables that their source knows by a number: which column of the target each column is that the stream told of, by its
-- number, or by its name where it was told without one; and of which type the target's column is.
CREATE TABLE IF NOT EXISTS {source_columns} (
  table_name VARCHAR(128) NOT NULL,
  relation BIGINT NOT NULL,
  column_number INTEGER NOT NULL,
  source_name VARCHAR(512) NOT NULL,
  target_column VARCHAR(512) NOT NULL,
  target_type VARCHAR(65535) NOT NULL,
  is_json BOOLEAN NOT NULL,
  PRIMARY KEY (table_name, relation, column_number, source_name));

-- Tables that were made anew: what has a lower version is gone, also what lands later.
CREATE TABLE IF NOT EXISTS {replacements} (
  table_name VARCHAR(128) NOT NULL,
  version VARCHAR(32) NOT NULL,
  PRIMARY KEY (table_name));

-- Tables of which half of a new result has come, up to when, in milliseconds since 1970; their records wait until that is released.
CREATE TABLE IF NOT EXISTS {holds} (
  table_name VARCHAR(128) NOT NULL,
  held_ms BIGINT NOT NULL,
  released_ms BIGINT NOT NULL,
  PRIMARY KEY (table_name));

-- When tables are merged that follow a schedule: by its name that of a group, or its times as cron has them. The times are written out: a 1
-- for each month, day of the month, day of the week from Sunday on, and minute of the day (UTC) at which it calls its tables.
CREATE TABLE IF NOT EXISTS {schedules} (
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

-- Landed records that no table can take, each with the reason, and as they came.
CREATE TABLE IF NOT EXISTS {rejected} (
  rejected_at TIMESTAMP NOT NULL,
  table_name VARCHAR(128),
  reason VARCHAR(1024) NOT NULL,
  shard_id VARCHAR(64) NOT NULL,
  sequence_number VARCHAR(128) NOT NULL,
  payload {super},
  undecoded {record_bytes});

-- Tables that lack something, as a gap in the stream was found, or their target was dropped; until they are filled again.
CREATE TABLE IF NOT EXISTS {reloads} (
  table_name VARCHAR(128) NOT NULL,
  reason VARCHAR(1024) NOT NULL,
  noticed_at TIMESTAMP NOT NULL,
  PRIMARY KEY (table_name));
