-- Takes the changes that were followed (two arrays' text forms) off the list; a change recorded since
-- stays on it.
delete from pending_changes p
using unnest(
    cast(cast(:symbol_ids as text) as integer[]), cast(cast(:change_ids as text) as bigint[])
) as done (symbol_id, change_id)
where p.symbol_id = done.symbol_id and p.change_id <= done.change_id
