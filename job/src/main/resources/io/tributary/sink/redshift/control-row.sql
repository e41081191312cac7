-- The row of a table in the control table; nothing happens where it has one.
INSERT INTO {control} (table_name, rows_landed, rows_merged, rows_upserted, rows_deleted, rows_late, rows_rejected, merges, last_upserted, last_deleted, last_late)
SELECT {table}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
WHERE NOT EXISTS (SELECT 1 FROM {control} WHERE table_name = {table});
