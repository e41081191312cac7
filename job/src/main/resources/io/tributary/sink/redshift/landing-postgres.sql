-- What stands in for the streaming view: a table that takes a record as the stream holds it and decodes it by itself.
CREATE TABLE IF NOT EXISTS {landing} (
  approximate_arrival_timestamp TIMESTAMP NOT NULL,
  partition_key VARCHAR(256) NOT NULL,
  shard_id VARCHAR(64) NOT NULL,
  sequence_number VARCHAR(128) NOT NULL,
  refresh_time TIMESTAMP NOT NULL,
  kinesis_data BYTEA NOT NULL,
  payload JSONB GENERATED ALWAYS AS
    (CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN JSON_PARSE(kinesis_data) END) STORED,
  undecoded BYTEA GENERATED ALWAYS AS
    (CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN NULL ELSE kinesis_data END) STORED,
  PRIMARY KEY (shard_id, sequence_number));

CREATE INDEX IF NOT EXISTS _landing_refresh_time ON {landing} (refresh_time);
