-- Where a list of ratios waits to be compared, in its order; gone at the end of the transaction.
create temporary table staged_ratios (
    place integer not null, ticker text not null, known_on date not null,
    price float8, market_cap float8, earnings_per_share float8, price_to_earnings float8,
    price_to_book float8, price_to_sales float8, price_to_cash_flow float8,
    price_to_free_cash_flow float8, dividend_yield float8, return_on_assets float8,
    return_on_equity float8, debt_to_equity float8, current float8, quick float8, cash float8,
    ev_to_sales float8, ev_to_ebitda float8, enterprise_value float8, free_cash_flow float8
) on commit drop
