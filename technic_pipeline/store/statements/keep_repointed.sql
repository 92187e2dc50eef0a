-- Records where the bars were, and that both the symbols' indicators must follow.
with kept as (
    insert into bar_revisions
        (symbol_id, session, ticker, open, high, low, close, volume, vwap, transactions,
         batch_id, replaced_by, change)
    select symbol_id, session, ticker, open, high, low, close, volume, vwap, transactions,
           batch_id, null, 'repointed'
    from repointed_bars
),
pending as (
    insert into pending_changes (symbol_id, from_session)
    select symbol_id, min(session) from repointed_bars group by symbol_id
    union all
    select owner_id, min(session) from repointed_bars group by owner_id
)
delete from daily_bars b
using repointed_bars r
where b.symbol_id = r.symbol_id and b.session = r.session
