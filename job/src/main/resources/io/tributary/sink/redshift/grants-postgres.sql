-- What others than its owner may do with a table: the privilege, who, whether that is a user or public, and whether they may
-- pass it on. The schema, then the table.
SELECT a.privilege_type, CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END,
       CASE WHEN a.grantee <> 0 THEN 'user' ELSE 'public' END,
       CASE WHEN a.is_grantable THEN 'true' ELSE 'false' END
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(c.relacl) a
WHERE n.nspname = ? AND c.relname = ? AND a.grantee <> c.relowner
ORDER BY a.grantee, a.privilege_type;
