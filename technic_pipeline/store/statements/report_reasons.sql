-- Why some symbols ($2, an array's text form) are not in the tables of some versions ($1, likewise).
select scan_run_id, symbol_id, reason
from scan_exclusions
where scan_run_id = any ($1::integer[]) and symbol_id = any ($2::integer[])
