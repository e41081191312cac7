-- Adds tables to the publication.
-- Inputs: the publication and the tables, as SQL wants them.
ALTER PUBLICATION {publication}
ADD TABLE {tables}
