-- What some versions ($2, an array's text form) of a session ($1) rank, in their order.
select scan_run_id, rank, symbol_id, ticker, coalesce(name, '') as name, sector,
       coalesce(industry, '') as industry, coalesce(rating_label, '') as rating_label,
       close, change_pct, volume, rel_volume_10, dollar_volume_20, market_cap, tech_rating,
       rs_rating::float8 as rs_rating, score, sector_rank,
       coalesce(previous_rank, 0) as previous_rank, entry, stop, target
from scan_results
where session = $1::date and scan_run_id = any ($2::integer[])
order by scan_run_id, rank
