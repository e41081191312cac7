-- The rows with which a table is filled again, when they were copied from files, as if they had landed.
INSERT INTO {stage} (table_name, schema_number, op, version, ts_ms, shard_id, sequence_number, refresh_time, payload)
SELECT {table}, {number}, 'r', {version}, NULL, 'reload', l.place::VARCHAR(20), GETDATE(), l.payload
FROM (SELECT c.payload, ROW_NUMBER() OVER () AS place FROM tributary_files c) l;
