-- Files went before they were copied: what was in them is lacked by whatever table may have been in them.
INSERT INTO {reloads} (table_name, reason, noticed_at)
SELECT c.table_name, {reason}, GETDATE() FROM {control} c
LEFT JOIN {reloads} r ON r.table_name = c.table_name
WHERE c.table_name <> {receiver} AND r.table_name IS NULL;
