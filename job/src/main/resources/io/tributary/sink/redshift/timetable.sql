-- The body of the procedure that calls the tables of schedules whose time has come, and says when that is next: see Timetable.
-- A time that passed while nobody looked counts once.

DECLARE
  v_schedule RECORD;
  v_day DATE;
  v_minute INTEGER;
  v_found INTEGER;
  v_days INTEGER;
  v_next TIMESTAMP;
BEGIN
  FOR v_schedule IN
    SELECT s.schedule_name, s.next_at, s.months, s.month_days, s.week_days, s.is_either_day, s.minutes
    FROM {schedules} s WHERE s.cron IS NOT NULL AND (s.next_at IS NULL OR s.next_at <= GETDATE())
  LOOP
    IF v_schedule.next_at IS NOT NULL THEN
      UPDATE {control} SET is_called = TRUE
      WHERE schedule = v_schedule.schedule_name AND rows_landed <> rows_seen;
      UPDATE {schedules} SET called_at = GETDATE() WHERE schedule_name = v_schedule.schedule_name;
    END IF;

    -- From the next minute on. What is found at all is found within eight years, which have a 29th of February.
    v_day := GETDATE()::DATE;
    v_minute := (EXTRACT(HOUR FROM GETDATE()) * 60 + EXTRACT(MINUTE FROM GETDATE()) + 1)::INTEGER;
    v_days := 0;
    v_next := NULL;
    WHILE v_next IS NULL AND v_days < 3000 LOOP
      IF SUBSTRING(v_schedule.months, EXTRACT(MONTH FROM v_day)::INTEGER, 1) = '1'
        AND (SUBSTRING(v_schedule.month_days, EXTRACT(DAY FROM v_day)::INTEGER, 1) = '1'
             OR (v_schedule.is_either_day AND SUBSTRING(v_schedule.week_days, EXTRACT(DOW FROM v_day)::INTEGER + 1, 1) = '1'))
        AND (v_schedule.is_either_day OR SUBSTRING(v_schedule.week_days, EXTRACT(DOW FROM v_day)::INTEGER + 1, 1) = '1')
      THEN
        v_found := POSITION('1' IN SUBSTRING(v_schedule.minutes, v_minute + 1));
        IF v_found > 0 THEN
          v_next := v_day + (v_minute + v_found - 1) * INTERVAL '1 minute';
        END IF;
      END IF;
      v_day := v_day + 1;
      v_minute := 0;
      v_days := v_days + 1;
    END LOOP;
    UPDATE {schedules} SET next_at = v_next WHERE schedule_name = v_schedule.schedule_name;
  END LOOP;
END;
