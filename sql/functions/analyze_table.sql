-- Tells the planner anew what is in a table. It runs with its owner's rights: to a writer who owns
-- nothing, PostgreSQL before 17 cannot give this right.
create or replace function analyze_table(named regclass) returns void
language plpgsql security definer set search_path from current as $$
begin
    execute format('analyze %s', named);
end
$$;
