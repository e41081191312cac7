-- Which other slots of this database may read a publication? Their names, one a row.
-- Input: the slot that is not meant.
SELECT slot_name
FROM pg_catalog.pg_replication_slots
WHERE database = pg_catalog.current_database() AND plugin = 'pgoutput' AND slot_name <> ?
ORDER BY 1
