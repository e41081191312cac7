-- May this user replicate? One row. On RDS and Aurora a role stands for the attribute.
SELECT
    EXISTS (
        SELECT 1
        FROM pg_catalog.pg_roles
        WHERE rolname = current_user AND (rolreplication OR rolsuper)
    )
    OR EXISTS (
        SELECT 1
        FROM pg_catalog.pg_roles
        WHERE rolname = 'rds_replication' AND pg_catalog.pg_has_role(oid, 'MEMBER')
    )
