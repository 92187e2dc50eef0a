-- Which splits known today take effect after a session ($1) and by another ($2), oldest first.
select symbol_id, execution_date, split_from, split_to
from splits
where known_to is null and execution_date > $1::date and execution_date <= $2::date
order by execution_date, split_id
