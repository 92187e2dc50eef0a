-- What the staged list says that is not known yet: of each day the last listed, under the symbol
-- that bore the ticker then, unless the newest row of that day says the same.
create temporary table changed_ratios on commit drop as
with resolved as (
    select distinct on (t.symbol_id, s.known_on) t.symbol_id, s.*
    from staged_ratios s
    join symbol_tickers t
      on t.ticker = s.ticker and t.valid_from <= s.known_on and s.known_on < t.valid_to
    order by t.symbol_id, s.known_on, s.place desc
),
stored as (
    select distinct on (f.symbol_id, f.known_on) f.*
    from resolved
    join fundamentals f using (symbol_id, known_on)
    order by f.symbol_id, f.known_on, f.fetched_at desc
)
select symbol_id, known_on, ticker,
       price, market_cap, earnings_per_share, price_to_earnings, price_to_book, price_to_sales,
       price_to_cash_flow, price_to_free_cash_flow, dividend_yield, return_on_assets,
       return_on_equity, debt_to_equity, current, quick, cash, ev_to_sales, ev_to_ebitda,
       enterprise_value, free_cash_flow
from resolved
except
select symbol_id, known_on, ticker,
       price, market_cap, earnings_per_share, price_to_earnings, price_to_book, price_to_sales,
       price_to_cash_flow, price_to_free_cash_flow, dividend_yield, return_on_assets,
       return_on_equity, debt_to_equity, current, quick, cash, ev_to_sales, ev_to_ebitda,
       enterprise_value, free_cash_flow
from stored
