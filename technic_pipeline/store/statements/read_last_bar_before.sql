-- A symbol's last session before a day.
select max(session) from daily_bars where symbol_id = :symbol_id and session < :day
