-- The body of the procedure that runs a whole round but the shapes: see Round.

DECLARE
  v_due RECORD;
BEGIN
  {refresh};
  {receive};
  FOR v_due IN
    {due}
  LOOP
    BEGIN
      EXECUTE 'CALL ' || {schema} || '.' || QUOTE_IDENT('_merge_' || LOWER(v_due.table_name)) || '()';
    EXCEPTION WHEN OTHERS THEN
      UPDATE {control} SET last_error = SUBSTRING(SQLERRM, 1, 1000), last_error_at = GETDATE()
      WHERE table_name = v_due.table_name;
    END;
  END LOOP;
END;
