-- Hands this project's tables, their partitions, its views and its functions to technic_owner.
do $$
declare
    command text;
begin
    execute format('grant usage, create on schema %I, as_known to technic_owner', current_schema());
    for command in
        select format('alter table %s owner to technic_owner', one.oid::regclass)
        from pg_class one
        join pg_class named on named.oid = coalesce(pg_partition_root(one.oid), one.oid)
        where one.relkind in ('r', 'p', 'v') and one.relowner <> to_regrole('technic_owner')
          and (named.relname = any ({relations}) and named.relnamespace = to_regnamespace(current_schema())
               or named.relnamespace = to_regnamespace('as_known'))
        union all
        select format('alter function %s owner to technic_owner', oid::regprocedure)
        from pg_proc
        where proowner <> to_regrole('technic_owner')
          and (proname = any ({functions}) and pronamespace = to_regnamespace(current_schema())
               or pronamespace = to_regnamespace('as_known'))
    loop
        execute command;
    end loop;
end
$$;
