-- Where a vendor's list of today's securities arrives.
create temporary table staged_listed (
    ticker text not null, composite_figi text, cik text
) on commit drop
