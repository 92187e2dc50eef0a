-- What some versions ($2, an array's text form) of some sessions ($1, likewise) ranked, and how it
-- was rated, in their order.
select scan_run_id, symbol_id, rank, ticker, coalesce(name, '') as name,
       coalesce(rating_label, '') as rating_label
from scan_results
where session = any ($1::date[]) and scan_run_id = any ($2::integer[])
order by scan_run_id, rank
