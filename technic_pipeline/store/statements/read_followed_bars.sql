-- What the stored rows of some symbols ($1) in a session of each ($2), both arrays' text forms, say
-- of the bars that they follow; `offset 0` keeps it a look-up a symbol.
select wanted.symbol_id, wanted.session, i.*
from unnest($1::text::integer[], $2::text::date[]) as wanted (symbol_id, session)
cross join lateral (
    select bars, bars_digest
    from indicators i
    where i.symbol_id = wanted.symbol_id and i.session = wanted.session
    offset 0
) i
