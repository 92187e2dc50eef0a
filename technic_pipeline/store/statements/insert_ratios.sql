-- Adds what changed, fetched now.
insert into fundamentals
    (symbol_id, known_on, ticker,
     price, market_cap, earnings_per_share, price_to_earnings, price_to_book, price_to_sales,
     price_to_cash_flow, price_to_free_cash_flow, dividend_yield, return_on_assets,
     return_on_equity, debt_to_equity, current, quick, cash, ev_to_sales, ev_to_ebitda,
     enterprise_value, free_cash_flow)
select * from changed_ratios
