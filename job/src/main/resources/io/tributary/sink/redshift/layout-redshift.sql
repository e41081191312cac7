-- How a table is laid out, chosen by somebody or by Redshift: each column that distributes or sorts its rows, whether it distributes
-- them, and which of the sort key it is, from 1 on and below zero where the key is interleaved. The schema, then the table. Not run
-- on Redshift: it follows the documentation of the view.
SELECT v.column_name, v.distkey, v.sortkey
FROM svv_redshift_columns v
WHERE v.database_name = CURRENT_DATABASE() AND v.schema_name = ? AND v.table_name = ? AND (v.distkey OR v.sortkey <> 0)
ORDER BY v.sortkey;
