-- Tables that have records to be merged, which those are not that wait for their shape; and tables that failed.
SELECT l.table_name
FROM {stage} l
LEFT JOIN {schemas} s ON s.table_name = l.table_name AND s.schema_number = l.schema_number
LEFT JOIN {replacements} r ON r.table_name = l.table_name
WHERE s.applied_at IS NOT NULL OR l.version < r.version
UNION
SELECT c.table_name FROM {control} c WHERE c.last_error IS NOT NULL;
