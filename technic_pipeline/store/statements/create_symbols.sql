-- Gives a symbol to tickers that nobody bears on the session, valid in the whole gap between the
-- ticker's earlier and later bearers.
with unknown as (
    select given.ticker,
           coalesce(max(t.valid_to) filter (where t.valid_to <= :session), '0001-01-01')
               as valid_from,
           coalesce(min(t.valid_from) filter (where t.valid_from > :session), '9999-12-31')
               as valid_to
    from unnest(cast(:tickers as text[])) as given (ticker)
    left join symbol_tickers t using (ticker)
    group by given.ticker
),
made as (
    insert into symbols (ticker)
    select ticker from unknown order by ticker collate "C"
    returning symbol_id, ticker
)
insert into symbol_tickers (symbol_id, ticker, valid_from, valid_to)
select m.symbol_id, m.ticker, u.valid_from, u.valid_to
from made m
join unknown u using (ticker)
