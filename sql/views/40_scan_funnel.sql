-- How many symbols each reason left out of a run, and how many were ranked; sums to the population.
create view scan_funnel as
select r.scan_run_id, r.scan, r.session, r.version, f.reason, f.symbols
from scan_runs r
cross join lateral (
    select e.reason, count(*)::integer as symbols
    from scan_exclusions e
    where e.scan_run_id = r.scan_run_id
    group by e.reason
    union all
    select 'ranked', r.ranked
) f;
