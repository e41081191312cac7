-- Makes the publication, which carries partitions as their root.
-- Inputs: the publication and the tables, as SQL wants them.
CREATE PUBLICATION {publication}
FOR TABLE {tables}
WITH (publish_via_partition_root = true)
