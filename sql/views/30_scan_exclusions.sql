-- Why each symbol of a run's population is not in its table.
create view scan_exclusions as
select l.scan_run_id, e.symbol_id, e.reason
from scan_exclusion_lists l
cross join lateral unnest(l.symbol_ids, l.reasons) as e (symbol_id, reason);
