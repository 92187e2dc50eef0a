-- The rank of the leader of the newest swing scan over its last sixty sessions.
select r.session, r.rank, r.score, r.close
from scan_current r
where r.scan = 'swing'
  and r.symbol_id = (select symbol_id from scan_latest where scan = 'swing' and rank = 1)
order by r.session desc
limit 60;
