-- What the vendor said of each company when it was asked for that alone, by the ticker of today.
select s.ticker, d.sic_code, d.industry
from symbol_details d
join symbols s using (symbol_id)
where d.asked_at is not null and s.merged_into is null
