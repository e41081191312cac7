-- How many records refreshes have skipped since the last look, the reason of one, and when the last was skipped.
SELECT COUNT(*), MAX(e.error_reason), TO_CHAR(MAX(e.record_time), 'YYYY-MM-DD HH24:MI:SS.US')
FROM {errors} e
WHERE RTRIM(e.external_schema_name) = {external} AND TO_CHAR(e.record_time, 'YYYY-MM-DD HH24:MI:SS.US') > {seen};
