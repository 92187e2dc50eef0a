-- Gives a symbol to every staged ticker that nobody bears on the session, valid in the whole gap
-- between the ticker's earlier and later bearers.
with unknown as (
    select s.ticker,
           coalesce(max(t.valid_to) filter (where t.valid_to <= :session), '0001-01-01')
               as valid_from,
           coalesce(min(t.valid_from) filter (where t.valid_from > :session), '9999-12-31')
               as valid_to
    from staged_bars s
    left join symbol_tickers t using (ticker)
    group by s.ticker
    having count(*) filter (where t.valid_from <= :session and :session < t.valid_to) = 0
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
