-- How many symbols each reason left out of the newest scans, and how many were ranked.
select f.scan, f.session, f.reason, f.symbols
from scan_funnel f
join (select distinct on (scan) scan_run_id from scan_runs
      order by scan, session desc, version desc) newest using (scan_run_id)
order by f.scan, f.symbols desc;
