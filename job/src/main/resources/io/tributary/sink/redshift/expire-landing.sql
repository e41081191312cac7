-- Removes landed records that are old enough and that every reader has passed.
DELETE FROM {landing}
WHERE refresh_time < GETDATE() - INTERVAL '{seconds} seconds'
  AND refresh_time < (SELECT MIN(COALESCE(landed_until, '1970-01-01'::TIMESTAMP)) FROM {control}
                      WHERE rows_landed > rows_merged OR table_name = {receiver});
