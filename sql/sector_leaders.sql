-- The three best of every sector in the newest swing scan.
select sector, sector_rank, rank, ticker, name, score
from scan_latest
where scan = 'swing' and sector_rank <= 3
order by sector, sector_rank;
