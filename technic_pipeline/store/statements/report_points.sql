-- What each component added to each score in some versions ($2, an array's text form) of a session
-- ($1): in the order of version, rank and component.
select c.points
from scan_results s
cross join lateral unnest(s.contributions) with ordinality as c (points, position)
where s.session = $1::date and s.scan_run_id = any ($2::integer[])
order by s.scan_run_id, s.rank, c.position
