-- Takes the changes that were followed off the list; a change recorded since stays on it.
delete from pending_changes p
using unnest(cast(:symbol_ids as integer[]), cast(:change_ids as bigint[]))
    as done (symbol_id, change_id)
where p.symbol_id = done.symbol_id and p.change_id <= done.change_id
