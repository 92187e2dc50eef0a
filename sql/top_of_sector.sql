-- The first twenty of one sector in the newest swing scan; write another sector for 'Health Care'.
select sector_rank, rank, ticker, name, industry, close, change_pct, rating_label, score
from scan_latest
where scan = 'swing' and sector = 'Health Care' and sector_rank <= 20
order by sector_rank;
