-- Where a reference list waits to be compared; gone at the end of the transaction.
create temporary table staged_descriptions (
    ticker text primary key, name text, type text, exchange text, sector text, sector_given text,
    industry text
) on commit drop
