-- Symbols among the first hundred of more than one scan of the newest session.
select ticker, name, sector, count(*) as scans, min(rank) as best_rank,
       string_agg(scan || ' ' || rank, ', ' order by rank) as ranks
from scan_latest
where rank <= 100
group by symbol_id, ticker, name, sector
having count(*) > 1
order by scans desc, best_rank, ticker;
