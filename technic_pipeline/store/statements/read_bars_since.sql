-- Every bar after a session ($1) of the symbols from one number to another ($2, $3), raw as stored.
select symbol_id, session, open, high, low, close, volume
from daily_bars
where session > $1::date and symbol_id between $2::integer and $3::integer
