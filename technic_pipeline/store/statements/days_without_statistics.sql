-- Of some days ($1, an array's text form) those on which ratios were known that are in no statistics, or
-- in none that still hold.
select day
from unnest($1::text::date[]) as wanted (day)
where not exists (
    select from sector_distributions d
    where d.as_of = day and d.stale_since is null
      and (
          exists (select from sector_statistics s where s.as_of = day)
          or d.symbols = 0 and day < (select coalesce(min(known_on), 'infinity') from fundamentals)
      )
)
order by day
