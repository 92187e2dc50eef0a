-- The bars of a session ($1) as they are stored, by symbol.
select symbol_id, ticker, open, high, low, close, volume, vwap, cast(transactions as float8) as transactions
from daily_bars
where session = $1::date
order by symbol_id
