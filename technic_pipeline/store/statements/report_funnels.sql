-- How many symbols each reason left out of some versions ($1, an array's text form), most first.
select scan_run_id, reason, symbols
from scan_funnel
where scan_run_id = any ($1::integer[]) and reason <> 'ranked'
order by scan_run_id, symbols desc, reason
