-- The newest session with a bar, null where there is none.
select max(session) as session from daily_bars
