-- Which share of a scan's ($1) ranked symbols was rated Buy or better (above $4), and which rose less
-- which fell, in the newest version of each session from one ($2) to another ($3); of those that have
-- a value. Of more than $5 ranked symbols only so many or a few more are read, at even steps of rank:
-- every row of 60 sessions would take four times as long.
select n.session,
       avg((r.tech_rating > $4::float8)::integer)::float8 as buys,
       avg(sign(r.change_pct))::float8 as rose
from (
    select distinct on (session) scan_run_id, session, ranked
    from scan_runs
    where scan = $1::text and session between $2::date and $3::date
    order by session, version desc
) n
join lateral (
    select s.tech_rating, s.change_pct
    from scan_results s
    where s.session = n.session and s.scan_run_id = n.scan_run_id
      and s.rank = any (array(
          select generate_series(1, n.ranked, greatest(n.ranked / $5::integer, 1))
      ))
) r on true
group by n.session
order by n.session
