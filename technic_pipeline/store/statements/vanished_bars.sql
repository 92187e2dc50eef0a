-- Stored bars of the session that the batch no longer has (an array's text form); a rejected row is no
-- disappearance.
create temporary table vanished_bars on commit drop as
select b.*
from daily_bars b
where b.session = :session
  and b.symbol_id = any (cast(cast(:absent as text) as integer[]))
  and b.ticker <> all (:rejected)
