-- A schedule as it is to be: made where there is none of the name, else given another time.
INSERT INTO {schedules} (schedule_name, merge_every_s, cron, months, month_days, week_days, is_either_day, minutes)
SELECT {name}, {every}, {cron}, {months}, {month_days}, {week_days}, {is_either_day}, {minutes}
WHERE NOT EXISTS (SELECT 1 FROM {schedules} WHERE schedule_name = {name});

UPDATE {schedules} SET merge_every_s = {every}, cron = {cron}, months = {months}, month_days = {month_days}, week_days = {week_days},
  is_either_day = {is_either_day}, minutes = {minutes}, next_at = NULL
WHERE schedule_name = {name};
