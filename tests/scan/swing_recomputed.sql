-- Who would the scan `swing` rank in one session, with what score, going by the stored bars,
-- indicators and ratios alone? A second way to the published order, by the words of domain.md.
--
-- Sums name their order, because that of floating point matters in the last digit, which orders
-- near ties. Counts are cast before a division, because PostgreSQL's numeric would round otherwise.
with asked as (
    select cast(:session as date) as session
),

-- What a symbol is compared with was fixed by the close of the session before; in the store's first
-- session by the day before.
cutoff as (
    select a.session, coalesce(max(b.session), a.session - 1) as known_by
    from asked a
    left join daily_bars b on b.session < a.session
    group by a.session
),

-- Everyone with a bar in the session. The population is wider, a bar in the last 20 sessions, but
-- the first rule leaves out whoever has none today. Without a row of indicators there is no count
-- of bars to pass the rules by.
traded as (
    select i.*, b.ticker, b.close as raw_close, s.type
    from asked a
    join daily_bars b on b.session = a.session
    join indicators i on i.session = b.session and i.symbol_id = b.symbol_id
    join symbols s on s.symbol_id = b.symbol_id
),

-- The rules after `no_bar`. A missing dollar volume or jump is no reason to leave anyone out;
-- neither is a type that nobody told.
universe as (
    select *
    from traded
    where coalesce(type in ('CS', 'ADRC'), true)
      and raw_close >= 1
      and coalesce(dollar_volume_20 >= 250000, true)
      and bars >= 60
      and coalesce(bars_since_jump >= 252, true)
),

-- rs_rating: a year among all shares, whether in the universe or not. A symbol that lacks one of
-- the four has no year.
years as (
    select symbol_id, 0.4 * perf_3m + 0.2 * perf_6m + 0.2 * perf_9m + 0.2 * perf_1y as year
    from traded
    where bars >= 253
      and coalesce(type not in ('ETF', 'FUND', 'WARRANT', 'UNIT', 'RIGHT', 'PFD'), true)
),
year_ranks as (
    select symbol_id, count(*) over () as n,
           rank() over (order by year) - 1
           + cast(count(*) over (partition by year) - 1 as float8) / 2 as rank_from_0
    from years
    where year is not null
),
rs as (
    select symbol_id,
           1 + floor(0.98 * case when n = 1 then 50 else 100 * rank_from_0 / (n - 1) end)
               as rs_rating
    from year_ranks
),

-- Of each symbol the newest ratios known on the session's day (its own) and by the cutoff (a peer
-- of others); mostly one row is both. Of one day the newest fetch counts.
filings as (
    select f.*, s.sector,
           row_number() over (
               partition by f.symbol_id order by f.known_on desc, f.fetched_at desc) = 1 as is_own,
           f.known_on <= c.known_by and row_number() over (
               partition by f.symbol_id, f.known_on <= c.known_by
               order by f.known_on desc, f.fetched_at desc) = 1 as is_peer
    from cutoff c
    join fundamentals f on f.known_on <= c.session
    join symbols s on s.symbol_id = f.symbol_id
),

-- One row a ratio. Sizes and figures per share do not count. A multiple of a loss and leverage on
-- an equity used up would pass for cheap and for safe: they are missing.
ratios as (
    select f.symbol_id, f.sector, f.is_own, f.is_peer, r.place, r.value,
           r.kind in ('multiple', 'leverage') as lower_is_better
    from filings f
    cross join lateral (values
        (1, 'multiple', f.price_to_earnings),
        (2, 'multiple', f.price_to_book),
        (3, 'multiple', f.price_to_sales),
        (4, 'multiple', f.price_to_cash_flow),
        (5, 'multiple', f.price_to_free_cash_flow),
        (6, 'quality', f.dividend_yield),
        (7, 'quality', f.return_on_assets),
        (8, 'quality', f.return_on_equity),
        (9, 'leverage', f.debt_to_equity),
        (10, 'quality', f.current),
        (11, 'quality', f.quick),
        (12, 'quality', f.cash),
        (13, 'multiple', f.ev_to_sales),
        (14, 'multiple', f.ev_to_ebitda)
    ) as r (place, kind, value)
    where (f.is_own or f.is_peer)
      and case r.kind when 'multiple' then r.value > 0
                      when 'leverage' then r.value >= 0
                      else r.value is not null end
),

-- Every ratio stands in its sector, where that is known, and in the market. Own values and peers
-- are sorted together and only peers counted, since a fresh value is not among its peers.
compared as (
    select r.symbol_id, r.place, r.lower_is_better, r.is_own, g.is_market,
           count(*) filter (where r.is_peer) over everyone as peers,
           count(*) filter (where r.is_peer) over below as below,
           count(*) filter (where r.is_peer) over equal as equal
    from ratios r
    cross join lateral (values (r.sector, false), (null, true)) as g (sector, is_market)
    where g.is_market or g.sector is not null
    window everyone as (partition by r.place, g.is_market, g.sector),
           below as (partition by r.place, g.is_market, g.sector order by r.value
                     groups between unbounded preceding and 1 preceding),
           equal as (partition by r.place, g.is_market, g.sector, r.value)
),
-- The sector where it has at least 8 values, otherwise the market.
standings as (
    select distinct on (symbol_id, place) symbol_id, place,
           case when lower_is_better then 100 - share else share end as standing
    from (select *, 100 * (below + cast(equal as float8) / 2) / peers as share
          from compared
          where is_own and (peers >= 8 or is_market and peers > 0)) as shares
    order by symbol_id, place, is_market
),
fundamental as (
    select symbol_id, avg(standing order by place) as fundamental_score
    from standings
    group by symbol_id
    having count(*) >= 3
),

-- One row a column that a component of `swing` is made of; falling is rising of the negative.
-- What is missing stands nowhere.
columns as (
    select u.symbol_id, c.component, c.place, c.value
    from universe u
    left join rs on rs.symbol_id = u.symbol_id
    cross join lateral (values
        ('rating', 1, u.tech_rating),
        ('trend', 2, u.ma_rating),
        ('trend', 3, u.adx_14),
        ('trend', 4, u.pct_from_high_52w),
        ('trend', 5, u.perf_6m),
        ('momentum', 6, u.perf_1m),
        ('momentum', 7, u.perf_3m),
        ('momentum', 8, rs.rs_rating),
        ('volume', 9, u.rel_volume_10),
        ('volume', 10, u.cmf_20),
        ('volume', 11, u.mfi_14),
        ('volatility', 12, -u.atr_pct),
        ('volatility', 13, -u.volatility_20)
    ) as c (component, place, value)
    where c.value is not null
),
-- rank() gives ties their first rank: half of the others tied make it the average.
ranks as (
    select symbol_id, component, place, count(*) over (partition by place) as n,
           rank() over (partition by place order by value) - 1
           + cast(count(*) over (partition by place, value) - 1 as float8) / 2 as rank_from_0
    from columns
),
-- The fundamental score is a component as it is.
components as (
    select symbol_id, component,
           avg(case when n = 1 then 50 else 100 * rank_from_0 / (n - 1) end order by place)
               as points
    from ranks
    group by symbol_id, component
    union all
    select symbol_id, 'fundamental', fundamental_score
    from universe
    join fundamental using (symbol_id)
),

-- Weights of missing components are not in the sum that the others are divided by.
weights (place, component, weight) as (
    values (1, 'rating', 30), (2, 'trend', 20), (3, 'momentum', 20),
           (4, 'fundamental', 15), (5, 'volume', 10), (6, 'volatility', 5)
),
contributions as (
    select symbol_id, place,
           weight * points / sum(weight) over (partition by symbol_id) as contribution
    from components
    join weights using (component)
),
scores as (
    select symbol_id, sum(contribution order by place) as score
    from contributions
    group by symbol_id
)
select symbol_id, u.ticker, s.score,
       row_number() over (order by s.score desc, u.ticker collate "C") as rank,
       f.fundamental_score
from scores s
join universe u using (symbol_id)
left join fundamental f using (symbol_id)
order by rank;
