-- Removes landed records that are old enough and that were taken.
DELETE FROM {landing}
WHERE refresh_time < GETDATE() - INTERVAL '{seconds} seconds'
  AND refresh_time < (SELECT MIN(COALESCE(landed_until, '1970-01-01'::TIMESTAMP)) FROM {control}
                      WHERE table_name = {receiver});
