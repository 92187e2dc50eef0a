-- Replaces stored bars that the batch changes, keeping the old values; a missing vwap or number of
-- transactions never replaces one. Returns how many, and records whose indicators must follow.
with differing as (
    select b.symbol_id,
           (b.open, b.high, b.low, b.close, b.volume)
               is distinct from (r.open, r.high, r.low, r.close, r.volume) as moves_indicators
    from staged_bars r
    join daily_bars b on b.symbol_id = r.symbol_id and b.session = :session
    where (b.ticker, b.open, b.high, b.low, b.close, b.volume)
              is distinct from (r.ticker, r.open, r.high, r.low, r.close, r.volume)
       or (r.vwap is not null and b.vwap is distinct from r.vwap)
       or (r.transactions is not null and b.transactions is distinct from r.transactions)
),
kept as (
    insert into bar_revisions
        (symbol_id, session, ticker, open, high, low, close, volume, vwap, transactions,
         batch_id, replaced_by, change)
    select b.symbol_id, b.session, b.ticker, b.open, b.high, b.low, b.close, b.volume, b.vwap,
           b.transactions, b.batch_id, :batch_id, 'revised'
    from differing
    join daily_bars b using (symbol_id)
    where b.session = :session
),
pending as (
    insert into pending_changes (symbol_id, from_session, batch_id)
    select symbol_id, :session, :batch_id from differing where moves_indicators
),
changed as (
    update daily_bars b
    set ticker = r.ticker, open = r.open, high = r.high, low = r.low, close = r.close,
        volume = r.volume, vwap = coalesce(r.vwap, b.vwap),
        transactions = coalesce(r.transactions, b.transactions), batch_id = :batch_id
    from staged_bars r
    join differing d using (symbol_id)
    where b.symbol_id = r.symbol_id and b.session = :session
    returning 1
)
select count(*) from changed
