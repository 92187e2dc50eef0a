-- Removes the vanished bars, keeping their values, and records whose indicators must follow.
with kept as (
    insert into bar_revisions
        (symbol_id, session, ticker, open, high, low, close, volume, vwap, transactions,
         batch_id, replaced_by, change)
    select symbol_id, session, ticker, open, high, low, close, volume, vwap, transactions,
           batch_id, :batch_id, 'removed'
    from vanished_bars
),
pending as (
    insert into pending_changes (symbol_id, from_session, batch_id)
    select symbol_id, session, :batch_id from vanished_bars
)
delete from daily_bars b
using vanished_bars v
where b.symbol_id = v.symbol_id and b.session = :session
