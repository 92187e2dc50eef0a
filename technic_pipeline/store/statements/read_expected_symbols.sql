-- Symbols that traded since a session ($1) and whose indicators follow all their bars: those that
-- are expected to trade in the next one.
select s.symbol_id, s.first_session, s.last_session
from symbols s
where s.last_session >= $1::date
  and not exists (select from pending_changes p where p.symbol_id = s.symbol_id)
order by s.symbol_id
