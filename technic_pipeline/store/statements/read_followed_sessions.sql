-- What all stored rows of some sessions ($1, an array's text form) and of the symbols from one number
-- to another ($2, $3) say of the bars that they follow.
select symbol_id, session, bars, bars_digest
from indicators
where session = any ($1::text::date[]) and symbol_id between $2::integer and $3::integer
