"""Who bore which ticker when: a rename carries the history on, whenever it becomes known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from technic_pipeline import faults
from technic_pipeline.sources import NEWLY_LISTED, TickerChange
from technic_pipeline.store.database import statement
from technic_pipeline.store.fundamentals import repoint_ratios
from technic_pipeline.store.schema import daily_bars, symbol_tickers, symbols, ticker_changes
from technic_pipeline.store.securities import Security, families, trace_securities


@dataclass(frozen=True)
class TickerChangesReport:
    """How many changes are listed, how many took effect now, and how many bars changed owner."""

    listed: int
    applied: int
    repointed: int


class Holding(NamedTuple):
    """On that day the ticker was the symbol's, by a bar or because its validity began."""

    day: date
    ticker: str
    symbol_id: int
    is_bar: bool


def apply_ticker_changes(engine: sa.Engine, listed: Sequence[TickerChange]) -> TickerChangesReport:
    """Record the listed changes and apply those not yet applied, in one transaction.

    A change of a security that never traded here before it waits until one does. Whenever one
    takes effect, all tickers that changes connect with it are shared out anew, so that the order
    in which bars and changes became known does not matter.
    """
    repointed = applied = 0
    with engine.begin() as connection:
        record_changes(connection, listed)
        known, settled, ready = _known(connection)
        for family in families(known) if ready else []:
            if not ready.isdisjoint(family):
                new, moved = _share_out(connection, family, settled)
                applied += new
                repointed += moved
        faults.reach("before-commit-ticker-changes")
    faults.reach("after-commit-ticker-changes")
    return TickerChangesReport(len(listed), applied, repointed)


def record_changes(connection: sa.Connection, listed: Sequence[TickerChange]) -> None:
    """Keep changes, which take effect when changes are applied the next time."""
    if listed:
        insert = postgresql.insert(ticker_changes).on_conflict_do_nothing()
        connection.execute(insert, [asdict(change) for change in listed])


def _known(
    connection: sa.Connection,
) -> tuple[list[TickerChange], set[TickerChange], set[TickerChange]]:
    """All changes, those applied, and those that now can be: a bearer of the old ticker traded."""
    columns, bearers, bars = ticker_changes.c, symbol_tickers.c, daily_bars.c
    traded = sa.exists().where(
        bearers.ticker
        == sa.func.coalesce(sa.func.nullif(columns.old_ticker, NEWLY_LISTED), columns.new_ticker),
        bearers.valid_from < columns.effective_date,
        bars.symbol_id == bearers.symbol_id,
        bars.session < columns.effective_date,
    )
    applied = columns.applied_at.is_not(None)
    rows = connection.execute(
        sa.select(
            columns.old_ticker,
            columns.new_ticker,
            columns.effective_date,
            applied,
            ~applied & traded,
        )
    ).all()
    known = [TickerChange(*row[:3]) for row in rows]
    settled = {change for change, row in zip(known, rows, strict=True) if row[3]}
    ready = {change for change, row in zip(known, rows, strict=True) if row[4]}
    return known, settled, ready


def _share_out(
    connection: sa.Connection, changes: Sequence[TickerChange], settled: Collection[TickerChange]
) -> tuple[int, int]:
    """Give every stretch of the changes' tickers to one symbol; changes applied, bars moved."""
    named = {t for c in changes for t in (c.old_ticker, c.new_ticker)} - {NEWLY_LISTED}
    tickers = {"tickers": sorted(named)}
    holdings = [Holding(*row) for row in connection.execute(statement("holdings"), tickers)]
    traded: defaultdict[str, list[date]] = defaultdict(list)
    for bar in (holding for holding in holdings if holding.is_bar):
        traded[bar.ticker].append(bar.day)
    securities, effective = trace_securities(changes, traded, settled)
    new = [change for change in effective if change not in settled]
    if not new:
        return 0, 0
    of_security = [
        [h for h in holdings if any(s.holds(h.ticker, h.day) for s in security)]
        for security in securities
    ]
    owners = _choose_owners(connection, of_security)
    _write_bearers(connection, tickers["tickers"], securities, owners)
    _merge_others(connection, of_security, owners)
    _mark_applied(connection, new)
    return len(new), _repoint(connection, {h.symbol_id for h in holdings})


def _choose_owners(
    connection: sa.Connection, of_security: Sequence[Sequence[Holding]]
) -> list[int | None]:
    """For each security the symbol that held it first, a new one when that owns another already.

    None for a security without bars that no symbol is left for.
    """
    owners: list[int | None] = [None] * len(of_security)
    # Bars stand before validities in each, so that who has bars chooses first.
    order = sorted((not held[0].is_bar, held[0], at) for at, held in enumerate(of_security) if held)
    for no_bars, first, at in order:
        free = [h.symbol_id for h in of_security[at] if h.symbol_id not in owners]
        if free:
            owners[at] = free[0]
        elif not no_bars:
            owners[at] = connection.execute(
                sa.insert(symbols).values(ticker=first.ticker).returning(symbols.c.symbol_id)
            ).scalar_one()
    return owners


def _write_bearers(
    connection: sa.Connection,
    tickers: Sequence[str],
    securities: Sequence[Security],
    owners: Sequence[int | None],
) -> None:
    connection.execute(sa.delete(symbol_tickers).where(symbol_tickers.c.ticker.in_(tickers)))
    for owner, security in zip(owners, securities, strict=True):
        if owner is not None:
            rows = [asdict(stretch) | {"symbol_id": owner} for stretch in security]
            connection.execute(sa.insert(symbol_tickers), rows)
            bears = sa.update(symbols).where(symbols.c.symbol_id == owner)
            connection.execute(bears.values(ticker=security[-1].ticker))


def _merge_others(
    connection: sa.Connection,
    of_security: Sequence[Sequence[Holding]],
    owners: Sequence[int | None],
) -> None:
    """Say of every symbol that is left without a ticker where its first bar went."""
    went: dict[int, tuple[date, int | None]] = {}
    for held, owner in zip(of_security, owners, strict=True):
        for holding in held:
            if holding.symbol_id not in owners:
                this = holding.day, owner
                went[holding.symbol_id] = min(this, went.get(holding.symbol_id, this))
    for gone, (_, owner) in went.items():
        connection.execute(
            sa.update(symbols)
            .where(sa.or_(symbols.c.symbol_id == gone, symbols.c.merged_into == gone))
            .values(merged_into=owner)
        )


def _mark_applied(connection: sa.Connection, changes: Sequence[TickerChange]) -> None:
    columns = ticker_changes.c
    key = sa.tuple_(columns.old_ticker, columns.new_ticker, columns.effective_date)
    connection.execute(
        sa.update(ticker_changes)
        .where(key.in_([astuple(change) for change in changes]))
        .values(applied_at=sa.func.now())
    )


def _repoint(connection: sa.Connection, symbol_ids: set[int]) -> int:
    connection.execute(sa.text("drop table if exists repointed_bars"))
    moved = connection.execute(statement("repoint_bars"), {"symbol_ids": sorted(symbol_ids)})
    if moved.rowcount:
        # Without it the planner expects so many that it reads all bars.
        connection.execute(sa.text("analyze repointed_bars"))
        connection.execute(statement("keep_repointed"))
        connection.execute(statement("move_repointed"))
    repoint_ratios(connection, sorted(symbol_ids))
    return moved.rowcount
