-- What each role may do: a reader sees the views and the published scans, a writer does what a run
-- does, and nobody else may do anything.
do $$
begin
    execute format('revoke create on schema %I from public', current_schema());
    execute format('revoke temporary on database %I from public', current_database());
    execute format('grant usage on schema %I to technic_reader', current_schema());
    execute format('grant temporary on database %I to technic_writer', current_database());
    -- Everybody may make large objects; only a superuser can change that.
    if (select rolsuper from pg_roles where rolname = current_user) then
        revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea)
        from public;
    end if;
end
$$;

grant select on
    scan_runs, scan_results,
    scan_contributions, scan_current, scan_exclusions, scan_funnel, scan_latest, schema_revision
to technic_reader;

grant select, insert, update, delete on {tables} to technic_writer;
grant usage on schema as_known to technic_writer;
grant select on all tables in schema as_known to technic_writer;

revoke execute on function
    analyze_table, ensure_partitions, scan_as_known, as_known.moment
from public;
grant execute on function scan_as_known to technic_reader;
grant execute on function analyze_table, ensure_partitions, as_known.moment to technic_writer;
