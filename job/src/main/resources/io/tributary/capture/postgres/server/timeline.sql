-- On which timeline is the server, which is a primary? One row. The name of a file of the WAL begins with it.
SELECT ('x' || left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 8))::bit(32)::int
