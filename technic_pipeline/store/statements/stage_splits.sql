-- Where a list of splits waits to be compared; gone at the end of the transaction.
create temporary table staged_splits (
    ticker text not null, execution_date date not null, split_from float8 not null,
    split_to float8 not null, source_id text
) on commit drop
