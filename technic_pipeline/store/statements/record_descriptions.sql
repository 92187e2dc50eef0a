-- Gives every symbol the description listed for the ticker it bears now, and keeps the one before.
-- Returns how many changed. A symbol that is not listed keeps what was known. Distributions in which
-- a symbol stood in another sector are marked stale.
with given as (
    select t.symbol_id, d.name, d.type, d.exchange, d.sector, d.sector_given, d.industry
    from staged_descriptions d
    join symbol_tickers t on t.ticker = d.ticker and t.valid_to = '9999-12-31'
),
changed as (
    select g.*
    from given g
    left join symbol_versions v on v.symbol_id = g.symbol_id and v.known_to is null
    where v.symbol_id is null
       or (v.name, v.type, v.exchange, v.sector, v.sector_given, v.industry)
          is distinct from (g.name, g.type, g.exchange, g.sector, g.sector_given, g.industry)
),
closed as (
    update symbol_versions v set known_to = now()
    from changed c
    where v.symbol_id = c.symbol_id and v.known_to is null
),
opened as (
    insert into symbol_versions
        (symbol_id, name, type, exchange, sector, sector_given, industry)
    select symbol_id, name, type, exchange, sector, sector_given, industry from changed
),
stale as (
    update sector_distributions d set stale_since = now()
    where d.stale_since is null
      and d.as_of >= (
          select min(f.known_on) from changed c
          join symbols s using (symbol_id)
          join fundamentals f using (symbol_id)
          where s.sector is distinct from c.sector
      )
),
current as (
    update symbols s
    set name = c.name, type = c.type, exchange = c.exchange, sector = c.sector,
        sector_given = c.sector_given, industry = c.industry
    from changed c
    where s.symbol_id = c.symbol_id
    returning 1
)
select count(*) from current
