-- The rows of a chunk, in the binary format of COPY.
-- Inputs: the columns, the relation, and the chunk's condition, as SQL wants them.
COPY (
    SELECT {columns}
    FROM {relation}
    WHERE {condition}
) TO STDOUT (FORMAT binary)
