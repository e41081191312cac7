-- Takes a table out of the publication.
-- Inputs: the publication and the table, as SQL wants them.
ALTER PUBLICATION {publication}
DROP TABLE {tables}
