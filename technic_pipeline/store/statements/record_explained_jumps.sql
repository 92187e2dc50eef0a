-- Makes the explained jumps known today those of the list, and has the symbols' indicators follow.
with listed as (
    select distinct t.symbol_id, g.session
    from unnest(cast(:tickers as text[]), cast(:sessions as date[])) as g (ticker, session)
    join symbol_tickers t
      on t.ticker = g.ticker and t.valid_from <= g.session and g.session < t.valid_to
),
withdrawn as (
    update explained_jumps e set known_to = now()
    where e.known_to is null
      and (e.symbol_id, e.session) not in (select symbol_id, session from listed)
    returning symbol_id, session
),
added as (
    insert into explained_jumps (symbol_id, session)
    select l.symbol_id, l.session
    from listed l
    where not exists (
        select from explained_jumps e
        where e.known_to is null and (e.symbol_id, e.session) = (l.symbol_id, l.session)
    )
    returning symbol_id, session
),
pending as (
    insert into pending_changes (symbol_id, from_session)
    select symbol_id, min(session)
    from (select * from added union all select * from withdrawn) changed
    group by symbol_id
)
select (select count(*) from added), (select count(*) from withdrawn)
