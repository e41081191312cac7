-- Makes the publication, which carries partitions as their root.
-- Inputs: the publication and what it is for, as SQL wants them.
CREATE PUBLICATION {publication}
FOR {objects}
WITH (publish_via_partition_root = true)
