-- Whether a record has landed that makes the table anew in this shape.
SELECT 1 FROM {landing} l
WHERE {table_name} = {table} AND {operation} = 't' AND {schema_number} = {number} LIMIT 1;
