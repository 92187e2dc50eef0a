-- How the sectors stand in the newest version of a scan ($1) of a session ($2): how many symbols are
-- ranked, their mean score, change and relative strength, and which share is rated Buy or better
-- (above $3), each of those that have a value; best sectors first.
select r.sector, count(*)::integer as ranked, avg(r.score) as score,
       avg(r.change_pct) as change_pct,
       avg((r.tech_rating > $3::float8)::integer)::float8 as buys,
       avg(r.rs_rating)::float8 as rs_rating
from scan_results r
where r.session = $2::date and r.scan_run_id = (
    select scan_run_id from scan_runs
    where scan = $1::text and session = $2::date
    order by version desc
    limit 1
)
group by r.sector
order by score desc nulls last, sector
