-- The newest version of a scan ($1) of a session ($2) and its ranks, in their order.
select r.scan_run_id, r.symbol_id, r.rank
from scan_results r
where r.session = $2::date
  and r.scan_run_id = (
      select scan_run_id from scan_runs
      where scan = $1::text and session = $2::date
      order by version desc limit 1
  )
order by r.rank
