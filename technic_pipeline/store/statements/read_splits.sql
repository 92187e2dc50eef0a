-- The splits of some symbols ($1, an array's text form) as they are known today.
select symbol_id, s.execution_date, s.split_from, s.split_to
from unnest($1::text::integer[]) as wanted (symbol_id)
join splits s using (symbol_id)
where s.known_to is null
order by symbol_id, s.execution_date, s.split_id
