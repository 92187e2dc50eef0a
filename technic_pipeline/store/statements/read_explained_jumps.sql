-- The explained jumps of some symbols ($1, an array's text form) as they are known today.
select symbol_id, e.session
from unnest($1::text::integer[]) as wanted (symbol_id)
join explained_jumps e using (symbol_id)
where e.known_to is null
