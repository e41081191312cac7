-- What others than its owner may do with a table: the privilege, who, whether that is a user, a group, a role or public, and
-- whether they may pass it on. The schema, then the table. Not run on Redshift: it follows the documentation of the view.
SELECT p.privilege_type, p.identity_name, p.identity_type,
       CASE WHEN p.admin_option THEN 'true' ELSE 'false' END
FROM svv_relation_privileges p
WHERE p.namespace_name = ? AND p.relation_name = ? AND p.identity_name <> CURRENT_USER
ORDER BY p.identity_type, p.identity_name, p.privilege_type;
