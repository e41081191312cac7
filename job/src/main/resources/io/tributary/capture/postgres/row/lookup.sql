-- What does a row have in some columns? At most one row.
-- Inputs: the columns, the table, and a condition on its key, as SQL wants them.
SELECT {columns}
FROM {table}
WHERE {key}
