-- Every stored row of some symbols ($1, an array's text form) from a session ($2) on.
select i.*
from unnest($1::text::integer[]) as wanted (symbol_id)
join indicators i using (symbol_id)
where i.session >= $2::date
