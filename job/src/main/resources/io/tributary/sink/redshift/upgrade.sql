-- A warehouse whose merges read the landing themselves. What is in it is received once more, as nothing tells what of it is
-- merged; what comes twice has no newer version and changes nothing.
ALTER TABLE {control} DROP COLUMN rows_held;

ALTER TABLE {control} ADD COLUMN rows_cut BIGINT NOT NULL DEFAULT 0;

ALTER TABLE {control} ADD COLUMN paused BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE {control} ADD COLUMN merge_every_s INTEGER;

UPDATE {control} SET rows_merged = rows_landed, landed_until = NULL;

DELETE FROM {watermark};
