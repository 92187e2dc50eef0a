-- How the sectors stand in some versions ($2, an array's text form) of a session ($1): how many are
-- ranked, their mean score, how many rose and fell, and the best of each; best sectors first.
select scan_run_id, sector, count(*)::integer as ranked, avg(score) as score,
       count(*) filter (where change_pct > 0)::integer as up,
       count(*) filter (where change_pct < 0)::integer as down,
       min(rank) as best
from scan_results
where session = $1::date and scan_run_id = any ($2::integer[])
group by scan_run_id, sector
order by scan_run_id, score desc nulls last, sector
