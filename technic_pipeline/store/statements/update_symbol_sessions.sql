-- Brings the first and last session of some symbols, three arrays' text forms, up to date with their
-- bars.
update symbols s
set first_session = n.first_session, last_session = n.last_session
from unnest(
    cast(cast(:symbol_ids as text) as integer[]),
    cast(cast(:first_sessions as text) as date[]),
    cast(cast(:last_sessions as text) as date[])
) as n (symbol_id, first_session, last_session)
where s.symbol_id = n.symbol_id
  and (s.first_session, s.last_session) is distinct from (n.first_session, n.last_session)
