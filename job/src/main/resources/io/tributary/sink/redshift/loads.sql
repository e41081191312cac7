-- Which manifests of files were copied, that none is copied twice; for as long as a job may come back that tells of one again.
CREATE TABLE IF NOT EXISTS {loads} (
  manifest VARCHAR(128) NOT NULL,
  load_number BIGINT NOT NULL,
  loaded_at TIMESTAMP NOT NULL,
  PRIMARY KEY (manifest));
