-- Splits and explained jumps that were known at the moment; none of them had ended by then.
create view as_known.splits as
select split_id, symbol_id, execution_date, split_from, split_to, source_id, known_from,
       null::timestamptz as known_to
from splits
where known_from <= (select as_known.moment())
  and (known_to is null or known_to > (select as_known.moment()));

create view as_known.explained_jumps as
select symbol_id, session, known_from, null::timestamptz as known_to
from explained_jumps
where known_from <= (select as_known.moment())
  and (known_to is null or known_to > (select as_known.moment()));
