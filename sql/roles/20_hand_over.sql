-- Hands this project's tables, their partitions, its views and its functions to technic_owner.
do $$
declare
    command text;
begin
    execute format('grant usage, create on schema %I to technic_owner', current_schema());
    for command in
        select format('alter table %s owner to technic_owner', one.oid::regclass)
        from pg_class one
        join pg_class named on named.oid = coalesce(pg_partition_root(one.oid), one.oid)
        where one.relkind in ('r', 'p', 'v') and one.relowner <> to_regrole('technic_owner')
          and named.relname = any ({relations})
          and named.relnamespace = (select oid from pg_namespace where nspname = current_schema())
        union all
        select format('alter function %s owner to technic_owner', oid::regprocedure)
        from pg_proc
        where proowner <> to_regrole('technic_owner') and proname = any ({functions})
          and pronamespace = (select oid from pg_namespace where nspname = current_schema())
    loop
        execute command;
    end loop;
end
$$;
