-- The first twenty of the newest session of every scan.
select scan, session, rank, ticker, name, sector, close, change_pct, score, rank_change
from scan_latest
where rank <= 20
order by scan, rank;
