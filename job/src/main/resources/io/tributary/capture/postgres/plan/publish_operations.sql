-- Lets the publication carry all operations.
-- Input: the publication as SQL wants it.
ALTER PUBLICATION {publication}
SET (publish = 'insert, update, delete, truncate')
