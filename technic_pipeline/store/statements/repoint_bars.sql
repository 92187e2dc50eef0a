-- The bars of some symbols that, by the ranges of symbol_tickers, belong to another.
create temporary table repointed_bars on commit drop as
select b.*, t.symbol_id as owner_id
from daily_bars b
join symbol_tickers t
  on t.ticker = b.ticker and t.valid_from <= b.session and b.session < t.valid_to
where b.symbol_id = any (cast(:symbol_ids as integer[])) and b.symbol_id <> t.symbol_id
