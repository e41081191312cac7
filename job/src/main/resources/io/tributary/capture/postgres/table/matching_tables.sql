-- Which tables fit patterns? Schema and name, one a row: of ordinary and partitioned tables that are logged in the WAL, without
-- partitions, tables of the system and of extensions, and those that Iceberg's JDBC catalog keeps. Schemas with a dot in their
-- names cannot be listed.
-- Inputs: a regular expression for schema and table with a dot between; another one for what is left out.
SELECT n.nspname, c.relname
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
    AND c.relpersistence = 'p'
    AND NOT c.relispartition
    AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema'
    AND strpos(n.nspname, '.') = 0
    AND c.relname NOT IN ('iceberg_tables', 'iceberg_namespace_properties')
    AND n.nspname || '.' || c.relname ~ ?
    AND n.nspname || '.' || c.relname !~ ?
    AND NOT EXISTS (
        SELECT 1
        FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e'
    )
ORDER BY 1, 2
