-- Makes the partitions that sessions from first_day to last_day need; returns how many were missing.
-- A table is made alone and then attached, which does not block the readers of the parent; it runs
-- with its owner's rights, so that a writer needs none on the tables.
create or replace function ensure_partitions(first_day date, last_day date) returns integer
language plpgsql security definer set search_path from current as $$
declare
    parent text;
    unit text;
    months integer;
    lower_bound date;
    child text;
    made integer := 0;
begin
    for parent, unit, months in
        values ('daily_bars', 'year', 12), ('indicators', 'quarter', 3),
               ('scan_results', 'quarter', 3)
    loop
        for lower_bound in
            select generate_series(date_trunc(unit, first_day::timestamp), last_day::timestamp,
                                   make_interval(months => months))
        loop
            child := parent || '_' || to_char(
                lower_bound, case unit when 'year' then 'YYYY' else 'YYYY"q"Q' end);
            continue when to_regclass(child) is not null;
            execute format('create table %I (like %I including all)', child, parent);
            execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                           parent, child, lower_bound,
                           (lower_bound + make_interval(months => months))::date);
            made := made + 1;
        end loop;
    end loop;
    return made;
end
$$;
