-- Whose indicators must follow the bars, and from which session on.
select symbol_id, min(from_session) as from_session, max(change_id) as change_id
from pending_changes
group by symbol_id
order by symbol_id
