-- Every split known today that takes effect after a session ($1) and by another ($2).
select symbol_id, execution_date
from splits
where known_to is null and execution_date > $1::date and execution_date <= $2::date
