-- Hands on what the vendor said of symbols that were merged to those they went into.
with gone as (
    delete from symbol_details d using symbols s
    where s.symbol_id = d.symbol_id and s.merged_into is not null
    returning s.merged_into as heir, d.*
)
insert into symbol_details (symbol_id, composite_figi, cik, sic_code, industry, list_date, asked_at)
select distinct on (heir) heir, composite_figi, cik, sic_code, industry, list_date, asked_at
from gone
order by heir, asked_at desc nulls last
on conflict (symbol_id) do update
set composite_figi = coalesce(excluded.composite_figi, symbol_details.composite_figi),
    cik = coalesce(excluded.cik, symbol_details.cik),
    sic_code = coalesce(excluded.sic_code, symbol_details.sic_code),
    industry = coalesce(excluded.industry, symbol_details.industry),
    list_date = coalesce(excluded.list_date, symbol_details.list_date),
    asked_at = coalesce(excluded.asked_at, symbol_details.asked_at)
