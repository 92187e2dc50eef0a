-- Every ticker that is borne on a session, and by whom, as two arrays in one order.
select array_agg(ticker), array_agg(symbol_id)
from symbol_tickers
where valid_from <= :session and :session < valid_to
