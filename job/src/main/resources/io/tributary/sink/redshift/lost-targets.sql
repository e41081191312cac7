-- Tables whose target was dropped after rows had been merged into it.
INSERT INTO {reloads} (table_name, reason, noticed_at)
SELECT c.table_name, {reason}, GETDATE() FROM {control} c
LEFT JOIN {reloads} r ON r.table_name = c.table_name
WHERE c.merges > 0 AND r.table_name IS NULL AND c.table_name IN ({tables});
