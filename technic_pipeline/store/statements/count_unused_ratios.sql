-- How many staged ratios are of a ticker that nobody bore, and how many a later one replaces.
select count(*) filter (where t.symbol_id is null),
       count(t.symbol_id)
           - count(distinct (t.symbol_id, s.known_on)) filter (where t.symbol_id is not null)
from staged_ratios s
left join symbol_tickers t
  on t.ticker = s.ticker and t.valid_from <= s.known_on and s.known_on < t.valid_to
