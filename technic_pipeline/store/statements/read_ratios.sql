-- The newest ratios that were known on a day ($1), of every symbol that has any, with its sector.
select s.symbol_id, s.sector, f.*
from symbols s
cross join lateral (
    select known_on, price_to_earnings, price_to_book, price_to_sales, price_to_cash_flow,
           price_to_free_cash_flow, dividend_yield, return_on_assets, return_on_equity,
           debt_to_equity, current, quick, cash, ev_to_sales, ev_to_ebitda
    from fundamentals f
    where f.symbol_id = s.symbol_id and f.known_on <= $1::date
    order by f.known_on desc, f.fetched_at desc
    limit 1
) f
