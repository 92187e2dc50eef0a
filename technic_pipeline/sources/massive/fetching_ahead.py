"""Sessions asked for before they are wanted, while those before them are worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import date
from queue import SimpleQueue
from threading import Thread

from technic_pipeline.sources.bars import SessionBars

Awaited = tuple[date, "Future[SessionBars]"]


class FetchingAhead:
    """A thread that fetches sessions in the order in which they were named.

    It does not keep the process alive. After one that could not be fetched it fetches no more.
    """

    def __init__(self, fetch: Callable[[date], SessionBars]) -> None:
        """Nothing is fetched before a session is named."""
        self._fetch = fetch
        self._awaited: dict[date, Future[SessionBars]] = {}
        self._named: SimpleQueue[Awaited] = SimpleQueue()
        self._thread: Thread | None = None

    def name(self, sessions: Iterable[date]) -> None:
        """Fetch these too, after all that were named before."""
        for session in sessions:
            self._awaited[session] = Future()
            self._named.put((session, self._awaited[session]))
        if self._thread is None:
            self._thread = Thread(target=self._work, name="fetching ahead", daemon=True)
            self._thread.start()

    def take(self, session: date) -> SessionBars:
        """A session's bars, waited for if it was named and fetched now if not; once."""
        awaited = self._awaited.pop(session, None)
        return self._fetch(session) if awaited is None else awaited.result()

    def _work(self) -> None:
        failure: Exception | None = None
        while True:
            session, awaited = self._named.get()
            if failure is None:
                try:
                    awaited.set_result(self._fetch(session))
                    continue
                except Exception as error:  # noqa: BLE001 - handed over to whoever takes it
                    failure = error
            awaited.set_exception(failure)
