"""What every source can do, and how the configured one is opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from technic_pipeline.sessions import load_calendar
from technic_pipeline.settings import Settings
from technic_pipeline.sources.bars import SessionBars
from technic_pipeline.sources.reference import (
    ExplainedJump,
    Ratios,
    Split,
    SymbolDescription,
    TickerChange,
)


class Source(Protocol):
    """A market: bars by session and what is known about its symbols today."""

    @property
    def name(self) -> str:
        """What `ingest_batches.source` calls it."""
        ...

    @property
    def counts_calls(self) -> bool:
        """Whether it is a vendor, whose lists come a call at a time."""
        ...

    def seconds_for(self, calls: int) -> float:
        """How long so many calls take because of the plan's limit; 0 for a market at hand."""
        ...

    def take_calls(self) -> Counter[str]:
        """The calls made since this was last asked, by endpoint; none for a market at hand."""
        ...

    def give_up(self) -> None:
        """Answer nobody any more, at once: whoever asked was stopped."""
        ...

    def offered(self) -> tuple[date, date]:
        """The oldest and the newest session for which there are bars."""
        ...

    def bars(self, session: date) -> SessionBars:
        """All bars of one session, as received.

        Raises:
            SessionNotOffered: the source has none for it.
            MalformedInput: what it has cannot be read.
        """
        ...

    def splits(self, since: date = date.min) -> Sequence[Split] | None:
        """Every split the source knows from one execution date on, or None without such a list."""
        ...

    def descriptions(self) -> Sequence[SymbolDescription] | None:
        """The reference list as it is today, or None when the source has none."""
        ...

    def ticker_changes(self) -> Sequence[TickerChange] | None:
        """Every change of ticker the source knows, or None when it has no such list."""
        ...

    def explained_jumps(self) -> Sequence[ExplainedJump] | None:
        """Every price jump that somebody explained, or None when there is no such list."""
        ...

    def ratios(self) -> Sequence[Ratios] | None:
        """Ratios by the day they became known, oldest first; None when the source has none.

        Need not be complete: what is not listed stays as it is known.
        """
        ...


def open_source(settings: Settings) -> Source:
    """The source that the settings name.

    Raises:
        SettingsError: a setting that the source needs is missing.
        SourceNotFound: there is nothing where the settings point.
    """
    calendar = load_calendar(settings.calendar)
    if settings.source == "flatfiles":
        from technic_pipeline.sources.day_files import Bucket  # noqa: PLC0415
        from technic_pipeline.sources.flatfiles import FlatFiles  # noqa: PLC0415

        bucket = Bucket.open(settings) if settings.s3_endpoint else None
        return FlatFiles.open(settings.flatfiles_dir, calendar, bucket)
    if settings.source == "massive":
        from technic_pipeline.sources.massive.source import open_massive  # noqa: PLC0415

        return open_massive(settings, calendar)
    from technic_pipeline.sources.simulated import SimulatedMarket  # noqa: PLC0415

    return SimulatedMarket(
        symbols=settings.simulated_symbols,
        sessions=settings.simulated_sessions,
        seed=settings.simulated_seed,
        calendar=calendar,
    )
