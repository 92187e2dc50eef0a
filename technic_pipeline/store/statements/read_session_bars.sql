-- The bars of a session ($1), as far as a scan looks at them.
select symbol_id, ticker, close, volume from daily_bars where session = $1::date
