-- Keeps which security each listed ticker is today, but for those whose change is still unexplained.
-- A security is one symbol: whoever else was taken for it before is not.
with listed as (
    select t.symbol_id, l.composite_figi, l.cik
    from staged_listed l
    join symbol_tickers t on t.ticker = l.ticker and t.valid_to = '9999-12-31'
    where l.ticker <> all (cast(:unexplained as text[]))
),
others as (
    update symbol_details d set composite_figi = null
    from listed l
    where d.composite_figi = l.composite_figi
      and d.symbol_id not in (select symbol_id from listed)
)
insert into symbol_details (symbol_id, composite_figi, cik)
select symbol_id, composite_figi, cik from listed
on conflict (symbol_id) do update
set composite_figi = coalesce(excluded.composite_figi, symbol_details.composite_figi),
    cik = coalesce(excluded.cik, symbol_details.cik)
where (symbol_details.composite_figi, symbol_details.cik)
    is distinct from (coalesce(excluded.composite_figi, symbol_details.composite_figi),
                      coalesce(excluded.cik, symbol_details.cik))
