-- Each bar with the value of the last batch committed by the moment, under the symbol to which it
-- was counted then.
create view as_known.daily_bars as
with later_moves as not materialized (
    select revision_id, session, ticker, batch_id
    from bar_revisions
    where change = 'repointed' and replaced_at > (select as_known.moment())
)
select b.symbol_id, b.session, b.ticker, b.open, b.high, b.low, b.close, b.volume, b.vwap,
       b.transactions, b.batch_id
from daily_bars b
join ingest_batches came on came.batch_id = b.batch_id
where came.committed_at <= (select as_known.moment())
  and not exists (
      select from later_moves m
      where (m.session, m.ticker, m.batch_id) = (b.session, b.ticker, b.batch_id)
  )
union all
select b.symbol_id, b.session, b.ticker, b.open, b.high, b.low, b.close, b.volume, b.vwap,
       b.transactions, b.batch_id
from bar_revisions b
join ingest_batches came on came.batch_id = b.batch_id
left join ingest_batches went on went.batch_id = b.replaced_by
where came.committed_at <= (select as_known.moment())
  and coalesce(went.committed_at, b.replaced_at) > (select as_known.moment())
  and not exists (
      select from later_moves m
      where (m.session, m.ticker, m.batch_id) = (b.session, b.ticker, b.batch_id)
        and m.revision_id < b.revision_id
  );
