-- Brings the first and last session of some symbols up to date with their bars.
update symbols s
set first_session = n.first_session, last_session = n.last_session
from unnest(cast(:symbol_ids as integer[]), cast(:first_sessions as date[]),
            cast(:last_sessions as date[])) as n (symbol_id, first_session, last_session)
where s.symbol_id = n.symbol_id
  and (s.first_session, s.last_session) is distinct from (n.first_session, n.last_session)
