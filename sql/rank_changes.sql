-- Who rose and who fell most in the newest swing scan since the session before, fifteen each.
select rank, previous_rank, rank_change, ticker, name, sector, close, change_pct, rel_volume_10
from scan_latest
where scan = 'swing' and rank_change is not null
  and (rank_change in (select rank_change from scan_latest where scan = 'swing'
                       order by rank_change desc nulls last limit 15)
       or rank_change in (select rank_change from scan_latest where scan = 'swing'
                          order by rank_change limit 15))
order by rank_change desc, rank;
