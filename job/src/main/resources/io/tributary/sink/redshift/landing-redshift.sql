-- The streaming view. It stays dumb: an error in its logic would block the ingestion until it is dropped.
CREATE MATERIALIZED VIEW {landing} AUTO REFRESH {auto_refresh} AS
SELECT approximate_arrival_timestamp, partition_key, shard_id, sequence_number, refresh_time,
       CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN JSON_PARSE(kinesis_data) END AS payload,
       CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN NULL ELSE kinesis_data END AS undecoded
FROM {external_schema}.{stream};
