-- The population of a session ($1): every symbol with a bar since $2, with its description and,
-- where it has a bar in the session, that bar and its indicators.
with population as (
    select distinct symbol_id from daily_bars where session between $2::date and $1::date
)
select p.symbol_id, coalesce(b.ticker, s.ticker) as ticker, s.name, s.type, s.sector, s.industry,
       b.close, b.volume, i.*
from population p
join symbols s using (symbol_id)
left join daily_bars b on b.symbol_id = p.symbol_id and b.session = $1::date
left join indicators i on i.symbol_id = p.symbol_id and i.session = $1::date
order by p.symbol_id
