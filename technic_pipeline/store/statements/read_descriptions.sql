-- Every symbol, and whether it may have a bar from $1 to $2: by its first and last session, unless a
-- change is pending that has not reached those.
select symbol_id, ticker, name, type, sector, industry,
       coalesce(first_session <= $2::date and last_session >= $1::date, false)
           or symbol_id in (select symbol_id from pending_changes) as may_have_traded
from symbols
order by symbol_id
