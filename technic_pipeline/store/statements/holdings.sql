-- Whose some tickers were: by every bar, in session order, and where a symbol has no bar (left) by
-- its ranges of validity.
with bars as (
    select b.session, t.ticker, t.symbol_id
    from symbol_tickers t
    join daily_bars b
      on b.symbol_id = t.symbol_id and b.ticker = t.ticker
     and t.valid_from <= b.session and b.session < t.valid_to
    where t.ticker = any (cast(:tickers as text[]))
)
select session as day, ticker, symbol_id, true as is_bar
from bars
union all
select t.valid_from, t.ticker, t.symbol_id, false
from symbol_tickers t
where t.ticker = any (cast(:tickers as text[]))
  and not exists (select from bars b where b.symbol_id = t.symbol_id)
order by is_bar desc, day, ticker
