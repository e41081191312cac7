-- What the test of templates reads; {this} is no placeholder.
CREATE TABLE {table} (
  -- The key.
  id INT);

INSERT INTO {table}
SELECT '{}', '{1,2}' FROM {other};
