-- Lets the publication carry partitions as their root.
-- Input: the publication as SQL wants it.
ALTER PUBLICATION {publication}
SET (publish_via_partition_root = true)
