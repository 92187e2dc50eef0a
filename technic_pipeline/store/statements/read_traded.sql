-- Those of some symbols ($1, an array's text form) that have a bar from $2 to $3.
select wanted.symbol_id
from unnest($1::text::integer[]) as wanted (symbol_id)
cross join lateral (
    select from daily_bars b
    where b.symbol_id = wanted.symbol_id and b.session between $2::date and $3::date
    limit 1
) b
