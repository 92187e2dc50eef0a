-- Stores the bars that are new on the session and records whose indicators must follow.
with added as (
    insert into daily_bars
        (symbol_id, session, ticker, open, high, low, close, volume, vwap, transactions, batch_id)
    select r.symbol_id, :session, r.ticker, r.open, r.high, r.low, r.close, r.volume, r.vwap,
           r.transactions, :batch_id
    from staged_bars r
    where not exists (
        select from daily_bars b where b.symbol_id = r.symbol_id and b.session = :session
    )
    order by r.symbol_id
    returning symbol_id
),
pending as (
    insert into pending_changes (symbol_id, from_session, batch_id)
    select symbol_id, :session, :batch_id from added
)
select count(*) from added
