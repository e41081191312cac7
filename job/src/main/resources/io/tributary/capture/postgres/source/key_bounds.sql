-- Which keys are the lower bounds of a relation's chunks, but for the first? In their order, from a sample, each as a row of
-- literals; a key that has a NULL is none.
-- Inputs: the bound's expression, the number of chunks, the relation, the percentage to be sampled, the columns of the key.
SELECT DISTINCT ON (tile) bound
FROM (
    SELECT
        {bound} AS bound,
        ntile({chunks}) OVER keys AS tile,
        row_number() OVER keys AS number
    FROM {relation} TABLESAMPLE SYSTEM ({percent})
    WINDOW keys AS (ORDER BY {key})
) AS sample
WHERE tile > 1 AND bound IS NOT NULL
ORDER BY tile, number
