-- Whether the roles have their rights in this database: a restored one may belong to somebody else.
select exists (
    select
    from pg_class v
    join pg_roles o on o.oid = v.relowner and o.rolname = 'technic_owner'
    join pg_roles r on r.rolname = 'technic_reader'
    where v.oid = to_regclass('schema_revision') and has_table_privilege(r.oid, v.oid, 'select')
)
