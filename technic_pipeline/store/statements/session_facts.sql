-- Of some sessions ($1, an array's text form) how many rows came, how many usually come, and how the
-- bars compare with those of the session before each ($2, likewise).
with newest as materialized (
    select distinct on (session) session, rows - rejected as accepted, rejected
    from ingest_batches
    order by session, batch_id desc
)
select n.session, n.accepted, n.rejected,
       coalesce(u.usual, 0) as usual, u.known, c.before, c.absent, c.repeated
from unnest($1::date[], $2::date[]) as wanted (session, session_before)
join newest n using (session)
cross join lateral (
    select percentile_cont(0.5) within group (order by accepted) as usual,
           count(*)::integer as known
    from (
        select p.accepted from newest p
        where p.session < n.session
        order by p.session desc limit 20
    ) latest
) u
cross join lateral (
    select count(*)::integer as before,
           count(*) filter (where b.symbol_id is null)::integer as absent,
           count(*) filter (
               where b.open = p.open and b.high = p.high and b.low = p.low
                 and b.close = p.close and b.volume = p.volume
           )::integer as repeated
    from daily_bars p
    left join daily_bars b on b.session = n.session and b.symbol_id = p.symbol_id
    where p.session = wanted.session_before
) c
order by n.session
