-- The first ($3) of the newest version of a scan ($1) of a session ($2), and where each was the
-- session before, 0 if nowhere.
select r.rank, r.ticker, coalesce(r.previous_rank, 0) as previous_rank
from scan_results r
where r.session = $2::date and r.rank <= $3::integer and r.scan_run_id = (
    select scan_run_id from scan_runs
    where scan = $1::text and session = $2::date
    order by version desc
    limit 1
)
order by r.rank
