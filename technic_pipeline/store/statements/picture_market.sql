-- Of all symbols with a bar in a session ($1), how many there are, which share closed above each
-- average, and which rose less which fell; of those that have a value.
select count(*)::integer as traded,
       avg((b.close > i.sma_200)::integer)::float8 as above_sma_200,
       avg((b.close > i.sma_50)::integer)::float8 as above_sma_50,
       avg(sign(i.change_pct))::float8 as rose
from daily_bars b
left join indicators i using (session, symbol_id)
where b.session = $1::date
