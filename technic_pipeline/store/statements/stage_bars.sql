-- Where those of a session's accepted rows wait that are not stored as they are; gone at the end of
-- the transaction.
create temporary table staged_bars (
    symbol_id integer not null,
    ticker text not null,
    open float8 not null,
    high float8 not null,
    low float8 not null,
    close float8 not null,
    volume float8 not null,
    vwap float8,
    transactions bigint
) on commit drop
