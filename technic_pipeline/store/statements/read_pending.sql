-- Whose indicators must follow the bars, from which session on, and which bars they follow so far.
select p.symbol_id, p.from_session, p.change_id, s.first_session, s.last_session
from (
    select symbol_id, min(from_session) as from_session, max(change_id) as change_id
    from pending_changes
    group by symbol_id
) p
join symbols s using (symbol_id)
order by p.symbol_id
