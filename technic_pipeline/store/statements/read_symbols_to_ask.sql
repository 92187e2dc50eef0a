-- Symbols that the vendor was never asked for one by one: listed companies, and whatever began to
-- trade after the first session here and may so have had another ticker. Those first of which most
-- dollars changed hands in the newest session.
select s.symbol_id, s.ticker, s.first_session,
       s.first_session > (select min(session) from ingest_batches) as began_here
from symbols s
left join symbol_details d using (symbol_id)
left join daily_bars b
  on b.symbol_id = s.symbol_id and b.session = (select max(session) from ingest_batches)
where d.asked_at is null
  and s.merged_into is null
  and (
      s.type in ('CS', 'ADRC')
      or (s.type is not null and s.first_session > (select min(session) from ingest_batches))
  )
order by b.close * b.volume desc nulls last, s.symbol_id
limit :most
