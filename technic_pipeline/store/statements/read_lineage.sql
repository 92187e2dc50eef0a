-- What a symbol's values of a session were made from: how many bars, from when on, in how many batches,
-- and of the session's own bar its values, its batch, what that was received as and whether that is kept.
select h.bars, h.first_session, h.batches,
       b.ticker, b.open, b.high, b.low, b.close, b.volume,
       i.batch_id, i.source, i.fetched_at, i.committed_at, i.rows, i.payload_sha256, i.content_sha256,
       exists (select from payloads p where p.batch_id = i.batch_id) as kept
from (
    select count(*) as bars, min(session) as first_session, count(distinct batch_id) as batches
    from daily_bars
    where symbol_id = %(symbol_id)s and session <= %(session)s
) h
left join daily_bars b on b.symbol_id = %(symbol_id)s and b.session = %(session)s
left join ingest_batches i using (batch_id)
