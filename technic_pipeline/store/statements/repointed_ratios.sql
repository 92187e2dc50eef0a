-- The ratios of some symbols that, by the ranges of symbol_tickers, belong to another.
create temporary table changed_ratios on commit drop as
select f.*, t.symbol_id as owner_id
from fundamentals f
join symbol_tickers t
  on t.ticker = f.ticker and t.valid_from <= f.known_on and f.known_on < t.valid_to
where f.symbol_id = any (cast(:symbol_ids as integer[])) and f.symbol_id <> t.symbol_id
