-- A part of merge.sql: of shapes with an earlier key nothing else is merged, since every row came again under the newest one.
  DELETE FROM tributary_landed WHERE _schema IN ({shapes}) AND _op = 'd';

  DELETE FROM tributary_landed WHERE _schema IN ({shapes});

  GET DIAGNOSTICS v_former := ROW_COUNT;
