-- The staged rows with the symbol that bears each ticker on the session.
create temporary table resolved_bars on commit drop as
select t.symbol_id, s.ticker, s.open, s.high, s.low, s.close, s.volume, s.vwap,
       s.transactions::bigint as transactions
from staged_bars s
join symbol_tickers t
  on t.ticker = s.ticker and t.valid_from <= :session and :session < t.valid_to
