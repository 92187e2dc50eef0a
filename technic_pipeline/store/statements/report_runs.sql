-- Which versions a report of a session ($1) is made from: the newest of every scan, and the session
-- before it that each was compared with.
select r.scan_run_id, r.scan, r.version, r.population, r.ranked,
       coalesce(r.previous_scan_run_id, 0) as previous_scan_run_id,
       extract(epoch from r.published_at)::float8 as published_at,
       extract(epoch from r.stale_since)::float8 as stale_since,
       coalesce(p.session, r.session) as previous_session,
       r.definition::text as definition
from (
    select distinct on (scan) * from scan_runs
    where session = $1::date
    order by scan, version desc
) r
left join scan_runs p on p.scan_run_id = r.previous_scan_run_id
order by r.scan
