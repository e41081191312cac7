-- What is judged of records, whatever way they came: why none of our tables can take one. Who includes it goes on with the list of
-- columns that say where the record comes from, the records as l and a parenthesis; see receive.sql.
  SELECT f.*,
         CASE WHEN f.payload IS NULL THEN {not_json}
              WHEN f.table_name IS NULL OR f.op IS NULL OR f.schema_number IS NULL THEN {not_ours}
              WHEN c.table_name IS NULL THEN {unknown_table}
              WHEN f.op NOT IN ('c', 'u', 'r', 'd', 't', 's', 'h', 'f') THEN {unknown_operation}
              WHEN f.op <> 's' AND (f.version IS NULL OR f.version !~ '^[0-9a-f]{32}$') THEN {no_version}
              WHEN f.op IN ('h', 'f') AND f.ts_ms IS NULL THEN {no_time} END AS reason,
         c.table_name AS known_table
  FROM (SELECT {table_name} AS table_name,
               {operation} AS op,
               {version} AS version,
               {timestamp} AS ts_ms,
               {schema_number} AS schema_number,
