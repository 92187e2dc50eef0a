-- Every bar of some symbols ($1, an array's text form), raw as stored.
select symbol_id, b.session, b.open, b.high, b.low, b.close, b.volume
from unnest($1::text::integer[]) as wanted (symbol_id)
join daily_bars b using (symbol_id)
