-- What each component added to a symbol's score, in points; they add up to the score in this order.
create view scan_contributions as
select s.scan_run_id, s.scan, s.session, s.rank, s.symbol_id, s.ticker,
       c.position, w.component, w.weight, c.points
from scan_results s
join scan_runs r using (scan_run_id)
cross join lateral unnest(s.contributions) with ordinality as c (points, position)
cross join lateral (
    select d.entry ->> 'component' as component, (d.entry ->> 'weight')::float8 as weight
    from jsonb_array_elements(r.definition -> 'weights') with ordinality as d (entry, position)
    where d.position = c.position
) w;
