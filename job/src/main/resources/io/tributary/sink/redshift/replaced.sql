-- Whether a record waits that makes the table anew in this shape.
SELECT 1 FROM {stage} l
WHERE l.table_name = {table} AND l.op = 't' AND l.schema_number = {number} LIMIT 1;
