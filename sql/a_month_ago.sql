-- The first twenty of the swing scan of a month ago as it was first published, and where they are
-- now.
with newest as (
    select max(session) as session from scan_runs where scan = 'swing'
),
published as (
    select r.scan_run_id, r.session
    from scan_runs r, newest n
    where r.scan = 'swing' and r.version = 1 and r.session <= n.session - interval '1 month'
    order by r.session desc
    limit 1
)
select then_.session, then_.rank, then_.ticker, then_.name, then_.close, then_.score,
       now_.rank as rank_now, now_.close as close_now
from published p
join scan_results then_ on then_.scan_run_id = p.scan_run_id and then_.session = p.session
left join scan_latest now_ on now_.scan = 'swing' and now_.symbol_id = then_.symbol_id
where then_.rank <= 20
order by then_.rank;
