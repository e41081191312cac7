-- In the place of Redshift's sys_stream_scan_errors, as far as it is read.
CREATE TABLE IF NOT EXISTS {errors} (
  external_schema_name CHAR(128) NOT NULL,
  record_time TIMESTAMP NOT NULL,
  error_reason CHAR(128) NOT NULL);
