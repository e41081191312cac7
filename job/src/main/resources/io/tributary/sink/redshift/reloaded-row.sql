-- One row with which a table is filled again, as if it had landed.
INSERT INTO {stage} (table_name, schema_number, op, version, ts_ms, shard_id, sequence_number, refresh_time, payload)
VALUES ({table}, {number}, 'r', {version}, NULL, 'reload', ?, GETDATE(), JSON_PARSE(?));
