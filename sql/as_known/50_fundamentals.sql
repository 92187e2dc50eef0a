-- The ratios fetched by the moment, under the symbol to which they were counted then. What was
-- computed from them is nobody's yet.
create view as_known.fundamentals as
select f.*
from fundamentals f
where f.fetched_at <= (select as_known.moment())
  and not exists (
      select from repointed_fundamentals m
      where (m.ticker, m.known_on, m.fetched_at) = (f.ticker, f.known_on, f.fetched_at)
        and m.repointed_at > (select as_known.moment())
  )
union all
select m.symbol_id, f.known_on, f.fetched_at, f.ticker,
       f.price, f.market_cap, f.earnings_per_share, f.price_to_earnings, f.price_to_book,
       f.price_to_sales, f.price_to_cash_flow, f.price_to_free_cash_flow, f.dividend_yield,
       f.return_on_assets, f.return_on_equity, f.debt_to_equity, f.current, f.quick, f.cash,
       f.ev_to_sales, f.ev_to_ebitda, f.enterprise_value, f.free_cash_flow
from (
    select distinct on (ticker, known_on, fetched_at) *
    from repointed_fundamentals
    where repointed_at > (select as_known.moment())
    order by ticker, known_on, fetched_at, repointed_at
) m
join fundamentals f
  on (f.ticker, f.known_on, f.fetched_at) = (m.ticker, m.known_on, m.fetched_at)
where f.fetched_at <= (select as_known.moment());

create view as_known.sector_distributions as select * from sector_distributions where false;
