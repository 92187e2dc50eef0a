-- Where one session's accepted rows wait for the merge; gone at the end of the transaction.
create temporary table staged_bars (
    ticker text primary key,
    open float8 not null,
    high float8 not null,
    low float8 not null,
    close float8 not null,
    volume float8 not null,
    vwap float8,
    transactions float8
) on commit drop
