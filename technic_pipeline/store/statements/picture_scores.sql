-- What score the best, the 20th and the 100th of a scan ($1) had, and the median, in the newest
-- version of each session from one ($2) to another ($3). By rank, which falls as the score does: a
-- handful of rows a session.
select n.session,
       max(s.score) filter (where s.rank = 1) as best,
       max(s.score) filter (where s.rank = 20) as twentieth,
       max(s.score) filter (where s.rank = 100) as hundredth,
       avg(s.score) filter (where s.rank in ((n.ranked + 1) / 2, n.ranked / 2 + 1)) as median
from (
    select distinct on (session) scan_run_id, session, ranked
    from scan_runs
    where scan = $1::text and session between $2::date and $3::date
    order by session, version desc
) n
join lateral (
    select r.rank, r.score
    from scan_results r
    where r.session = n.session and r.scan_run_id = n.scan_run_id
      and r.rank = any (array[1, 20, 100, (n.ranked + 1) / 2, n.ranked / 2 + 1])
) s on true
group by n.session
order by n.session
