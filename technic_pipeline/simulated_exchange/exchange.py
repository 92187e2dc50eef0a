"""What the exchange knows at a moment, and its answer to every request of the vendor's protocol."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from threading import Lock
from time import monotonic
from urllib.parse import unquote

from technic_pipeline import clock
from technic_pipeline.sessions import Calendar, new_york_day
from technic_pipeline.simulated_exchange.answers import Answer, data, refusal
from technic_pipeline.simulated_exchange.bars import Row, adjusted_rows, bar_rows, in_notation
from technic_pipeline.simulated_exchange.faults import NOT_INCLUDED, TOO_MANY, Fault, go_wrong
from technic_pipeline.simulated_exchange.pages import page
from technic_pipeline.simulated_exchange.securities import (
    Record,
    details_record,
    event_records,
    ratio_records,
    split_record,
    ticker_record,
)
from technic_pipeline.sources.massive.source import SIMULATED_KEY
from technic_pipeline.sources.reference import Split, SymbolDescription, TickerChange
from technic_pipeline.sources.simulated import SimulatedMarket

GROUPED = "/v2/aggs/grouped/locale/us/market/stocks/"
SPLITS = "/stocks/v1/splits"
TICKERS = "/v3/reference/tickers"
RATIOS = "/stocks/financials/v1/ratios"
EVENTS = "/vX/reference/tickers/"

TOO_EARLY = "Attempted to request today's data before end of day. Please upgrade your plan."
TOO_OLD = "Your plan doesn't include this data timeframe. Please upgrade your plan."
# A closed day's empty reply has been seen in three shapes.
NO_ROWS: tuple[dict[str, object], ...] = ({"results": []}, {"results": None}, {})

MINUTE = 60.0

Query = dict[str, str]
EditRows = Callable[[date, list[Row]], list[Row]]
EditSplits = Callable[[date, list[Split]], list[Split]]
EditListed = Callable[[date, list[SymbolDescription]], list[SymbolDescription]]


class SimulatedExchange:
    """A simulated market as the vendor would serve it at a moment.

    `now` is settable; None is the real time. Faults are taken in order, each by the requests that
    it fits. `renames` are changes of ticker beyond the market's own. What the exchange shows can be
    changed on its way out: `edit_rows` gets each session's
    rows, `edit_splits` and `edit_listed` the lists, all with the exchange's day.
    """

    def __init__(
        self,
        calendar: Calendar,
        *,
        symbols: int = 500,
        sessions: int = 300,
        seed: int = 1,
        key: str = SIMULATED_KEY,
        now: datetime | None = None,
        calls_a_minute: int | None = None,
        with_ratios: bool = True,
    ) -> None:
        """Open the exchange with `sessions` of history before its present day."""
        self.key = key
        self.now = now
        self.faults: list[Fault] = []
        self.calls: Counter[str] = Counter()
        self.renames: list[TickerChange] = []
        self.edit_rows: EditRows = lambda _, rows: rows
        self.edit_splits: EditSplits = lambda _, splits: splits
        self.edit_listed: EditListed = lambda _, listed: listed
        self._calendar = calendar
        self._limit = calls_a_minute
        self._with_ratios = with_ratios
        self._lately: deque[float] = deque()
        self._lock = Lock()
        self.oldest = calendar.before(self._last_closed(), sessions - 1)
        # A market for each day that the exchange is asked on.
        self._market = lru_cache(maxsize=4)(
            lambda last: SimulatedMarket(
                symbols, len(calendar.between(self.oldest, last)), seed, calendar, last
            )
        )

        self._descriptions = lru_cache(maxsize=1)(
            lambda last: tuple(self._market(last).descriptions())
        )

    @property
    def market(self) -> SimulatedMarket:
        """The market as it is now."""
        return self._market(self._last_closed())

    def answer(self, path: str, query: Query, authorization: str | None, base: str) -> Answer:
        """The reply to one request; `base` is the address at which cursors go on."""
        with self._lock:
            self.calls[path.rsplit("/", 1)[0] if path.startswith(GROUPED) else path] += 1
            if authorization != f"Bearer {self.key}" and query.get("apiKey") != self.key:
                return refusal(401, "Unknown API Key")
            if self._too_many():
                return refusal(429, TOO_MANY)
            right = self._right_answer(path, query, base)
            fault = self._next_fault(path)
        return go_wrong(fault, right) if fault else right

    def _right_answer(self, path: str, query: Query, base: str) -> Answer:  # noqa: PLR0911 - a row of endpoints
        if path.startswith(GROUPED):
            return self._grouped(path.removeprefix(GROUPED), query)
        if path == SPLITS:
            return page(self._splits(query), base + path, query, "execution_date")
        if path == TICKERS:
            wanted = query.get("active", "true") == "true"
            records = [ticker_record(one) for one in self.listed() if one.active == wanted]
            return page(records, base + path, query, "ticker")
        if path == RATIOS:
            if not self._with_ratios:
                return refusal(403, NOT_INCLUDED)
            renamed = {c.old_ticker: c.new_ticker for c in self.market.ticker_changes()}
            return page(ratio_records(self.market.ratios(), renamed), base + path, query, "ticker")
        if path.startswith(EVENTS) and path.endswith("/events"):
            return self._events(unquote(path.removeprefix(EVENTS).removesuffix("/events")))
        if path.startswith(TICKERS + "/"):
            return self._details(unquote(path.removeprefix(TICKERS + "/")))
        return refusal(404, f"no endpoint {path}")

    def listed(self) -> list[SymbolDescription]:
        """Every security that is or was listed, as the exchange tells it now."""
        today, named = self._today(), self._renamed(self._today())
        listed = [
            replace(one, ticker=named.get(one.ticker, one.ticker))
            for one in self._descriptions(self._last_closed())
        ]
        return self.edit_listed(today, listed)

    def _renamed(self, day: date) -> dict[str, str]:
        return {c.old_ticker: c.new_ticker for c in self.renames if c.effective_date <= day}

    def _grouped(self, text: str, query: Query) -> Answer:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return refusal(400, f"Could not parse the date '{text}'")
        if day > self._last_closed() and day >= self._today():
            return refusal(403, TOO_EARLY)
        if day < self.oldest:
            return refusal(403, TOO_OLD)
        adjusted = query.get("adjusted", "true") == "true"
        if day not in self._calendar:
            empty = NO_ROWS[day.toordinal() % len(NO_ROWS)]
            return data(queryCount=0, resultsCount=0, adjusted=adjusted, **empty)
        rows = bar_rows(self.market.bars(day), self._calendar.closed_at(day))
        if adjusted:
            rows = adjusted_rows(rows, day, self.market.splits())
        named = self._renamed(day)
        rows = self.edit_rows(day, [row | {"T": named.get(row["T"], row["T"])} for row in rows])
        right = data(queryCount=len(rows), resultsCount=len(rows), adjusted=adjusted, results=rows)
        return Answer(in_notation(right.body, rows))

    def _splits(self, query: Query) -> list[Record]:
        since = query.get("execution_date.gte", "")
        splits = self.edit_splits(self._today(), self.market.splits())
        known = [split for split in splits if str(split.execution_date) >= since]
        return [split_record(split) for split in known]

    def _details(self, ticker: str) -> Answer:
        one = next((o for o in self.listed() if o.ticker == ticker and o.active), None)
        if one is None:
            return refusal(404, "Ticker not found.")
        return data(results=details_record(one))

    def _events(self, asked: str) -> Answer:
        one = next((o for o in self.listed() if asked in {o.composite_figi, o.ticker}), None)
        if one is None:
            return refusal(404, "Ticker events not found.")
        events = event_records(one, [*self.market.ticker_changes(), *self.renames])
        told = {"name": one.name, "composite_figi": one.composite_figi, "cik": one.cik}
        return data(results=told | {"events": events})

    def _next_fault(self, path: str) -> Fault | None:
        for at, fault in enumerate(self.faults):
            if fault.path in path:
                left = Fault(fault.kind, fault.path, fault.times - 1)
                self.faults[at : at + 1] = [left] if left.times else []
                return fault
        return None

    def _too_many(self) -> bool:
        if self._limit is None:
            return False
        now = monotonic()
        while self._lately and now - self._lately[0] >= MINUTE:
            self._lately.popleft()
        if len(self._lately) >= self._limit:
            return True
        self._lately.append(now)
        return False

    def _moment(self) -> datetime:
        return self.now or clock.now()

    def _today(self) -> date:
        return new_york_day(self._moment())

    def _last_closed(self) -> date:
        return self._calendar.last_closed(self._moment())
