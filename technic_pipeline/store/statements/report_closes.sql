-- At what some symbols ($2, an array's text form) closed from a session ($1) to another ($3), raw as
-- stored, in no order. Cast at once: only a constant array is hashed, another is searched for every
-- bar.
select symbol_id, session, close
from daily_bars
where session between $1::date and $3::date and symbol_id = any ($2::integer[])
