-- Stored bars of the session that the batch no longer has; a rejected row is no disappearance.
create temporary table vanished_bars on commit drop as
select b.*
from daily_bars b
where b.session = :session
  and b.ticker <> all (:rejected)
  and not exists (select from staged_bars r where r.symbol_id = b.symbol_id)
