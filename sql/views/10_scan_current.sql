-- The newest version of every session of every scan, one row a ranked symbol.
create view scan_current as
select r.*, n.version, n.published_at, n.stale_since
from (
    select distinct on (scan, session) scan, scan_run_id, session, version, published_at, stale_since
    from scan_runs
    order by scan, session, version desc
) n
join scan_results r
  on r.scan_run_id = n.scan_run_id and r.session = n.session and r.scan = n.scan;
