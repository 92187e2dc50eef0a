-- The bars of some symbols ($1) after a session of each ($2), both arrays' text forms; raw as stored.
-- `offset 0` keeps it a look-up a symbol: a join would read the whole table when the planner takes
-- half of it to be newer.
select wanted.symbol_id, b.*
from unnest($1::text::integer[], $2::text::date[]) as wanted (symbol_id, known)
cross join lateral (
    select session, open, high, low, close, volume
    from daily_bars b
    where b.symbol_id = wanted.symbol_id and b.session > wanted.known
    offset 0
) b
