-- Has the rest of the transaction act as technic_owner where that is who owns the tables.
select set_config('role', o.rolname, true)
from pg_class t
join pg_roles o on o.oid = t.relowner and o.rolname = 'technic_owner'
where t.oid = to_regclass('alembic_version')
  and pg_has_role(session_user, o.oid, 'member')
