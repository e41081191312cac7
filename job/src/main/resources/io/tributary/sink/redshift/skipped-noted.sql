-- Nothing tells which tables skipped records were of, so each that has rows may lack some.
INSERT INTO {reloads} (table_name, reason, noticed_at)
SELECT c.table_name, {reason}, GETDATE() FROM {control} c
LEFT JOIN {reloads} r ON r.table_name = c.table_name
WHERE c.table_name <> {receiver} AND c.merges > 0 AND r.table_name IS NULL;

DELETE FROM {watermark} WHERE table_name = {receiver} AND shard_id = {place};

INSERT INTO {watermark} (table_name, shard_id, sequence_number) VALUES ({receiver}, {place}, {newest});
