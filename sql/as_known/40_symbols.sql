-- Every symbol by the description that was known at the moment. Its first and last session are not
-- kept as of then, so they leave out nothing.
create view as_known.symbols as
select s.symbol_id, s.ticker, v.name, v.type, v.exchange, v.sector, v.sector_given, v.industry,
       date '-infinity' as first_session, date 'infinity' as last_session, s.merged_into
from symbols s
left join symbol_versions v
  on v.symbol_id = s.symbol_id
 and v.known_from <= (select as_known.moment())
 and (v.known_to is null or v.known_to > (select as_known.moment()));
