-- Listed tickers whose security is not the one that bears them here: it is known under another
-- ticker (renamed), or what was known of the bearer was another security's (not renamed).
select l.ticker, l.composite_figi, holder.symbol_id is not null as renamed
from staged_listed l
join symbol_tickers t on t.ticker = l.ticker and t.valid_to = '9999-12-31'
left join symbol_details bearer on bearer.symbol_id = t.symbol_id
left join symbol_details holder
  on holder.composite_figi = l.composite_figi and holder.symbol_id <> t.symbol_id
where l.composite_figi is not null
  and (
      holder.symbol_id is not null
      -- A company that is put on another footing gets a new FIGI, but keeps its number at the SEC.
      or (bearer.composite_figi <> l.composite_figi and bearer.cik is distinct from l.cik)
  )
order by l.ticker collate "C"
