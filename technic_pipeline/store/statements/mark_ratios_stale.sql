-- Marks the distributions and the published scans that the changed ratios would change: those from
-- the day on which they became known until the symbol's next ones.
with periods as (
    select distinct c.known_on, coalesce(later.known_on, 'infinity') as until
    from changed_ratios c
    cross join lateral (
        select min(f.known_on) as known_on from fundamentals f
        where f.symbol_id = c.symbol_id and f.known_on > c.known_on
    ) later
),
published as (
    select session, lag(session, 1, session - 7) over (order by session) as before
    from scan_runs group by session
),
-- A scan looks at its own day, and at its sectors as of the session before.
touched as (
    select p.session from published p
    where exists (select from periods d where d.known_on <= p.session and p.before < d.until)
),
stale_runs as (
    update scan_runs r set stale_since = clock_timestamp()
    from touched t
    where r.session = t.session and r.stale_since is null
)
update sector_distributions s set stale_since = now()
where s.stale_since is null
  and exists (select from periods d where d.known_on <= s.as_of and s.as_of < d.until)
