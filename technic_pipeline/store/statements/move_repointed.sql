-- Puts the bars under their owners.
insert into daily_bars
    (symbol_id, session, ticker, open, high, low, close, volume, vwap, transactions, batch_id)
select owner_id, session, ticker, open, high, low, close, volume, vwap, transactions, batch_id
from repointed_bars
