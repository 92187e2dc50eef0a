-- Whether the user who is connected may act as a role, and neither chose one nor has a schema of
-- the own name, which the role would not look into. Before 16 every member may.
select pg_has_role(session_user, r.oid, m.needed)
   and current_user = session_user and current_schema() <> session_user
from pg_roles r,
     (select case when current_setting('server_version_num')::integer < 160000
             then 'member' else 'set' end as needed) m
where r.rolname = :role
