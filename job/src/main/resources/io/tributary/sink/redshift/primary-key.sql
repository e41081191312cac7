-- The columns of a table's primary key in order: the schema, then the table.
SELECT k.column_name
FROM information_schema.table_constraints t
JOIN information_schema.key_column_usage k ON k.constraint_schema = t.constraint_schema
  AND k.constraint_name = t.constraint_name AND k.table_name = t.table_name
WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = ? AND t.table_name = ?
ORDER BY k.ordinal_position;
