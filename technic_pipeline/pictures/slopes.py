"""Where the first of a scan came from: a line from the previous rank to the present one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from technic_pipeline.pictures.content import RankChange
from technic_pipeline.pictures.svg import (
    FAINT,
    GREEN,
    GRID,
    LINE_COLOURS,
    RED,
    nothing,
    path,
    picture,
    shortened,
    text,
)

TOP = 84
ROW = 17
LEFT, RIGHT = 110, 430
TICKER_LETTERS = 14
NEW = LINE_COLOURS[0]


def draw_rank_changes(changes: Sequence[RankChange], title: str, note: str) -> str:
    """The first on the right; on the left where they were, those from further down below a line."""
    if not changes:
        return nothing(title, "Nothing was ranked in this session.")
    shown = changes[-1].rank
    slots = previous_slots(changes)
    parts = [
        text(LEFT - 10, TOP - 20, "session before", size=11, fill=FAINT, anchor="end"),
        text(RIGHT + 10, TOP - 20, "now", size=11, fill=FAINT),
    ]
    lowest = max([shown, *slots.values()])
    if lowest > shown:
        y = _y(shown + 0.5)
        parts.append(path([(LEFT - 96, y), (LEFT, y)], GRID))
    for change in changes:
        parts += _slope(change, slots)
    return picture(_y(lowest) + 18, title, parts, note)


def previous_slots(changes: Sequence[RankChange]) -> Mapping[int, int]:
    """In which row each previous rank is written: its own, or below all those in their order."""
    shown = changes[-1].rank
    ranks = sorted(change.previous_rank for change in changes if change.previous_rank)
    near = [rank for rank in ranks if rank <= shown]
    far = [rank for rank in ranks if rank > shown]
    return {rank: rank for rank in near} | {rank: shown + 1 + at for at, rank in enumerate(far)}


def _slope(change: RankChange, slots: Mapping[int, int]) -> Iterator[str]:
    colour, moved = _moved(change)
    y = _y(change.rank)
    ticker = shortened(change.ticker, TICKER_LETTERS)
    yield text(RIGHT + 10, y + 4, f"{change.rank}", anchor="start")
    yield text(RIGHT + 34, y + 4, ticker, weight=600)
    yield text(RIGHT + 150, y + 4, moved, fill=colour)
    yield path([(RIGHT, y)], colour, 5)
    if change.previous_rank:
        from_y = _y(slots[change.previous_rank])
        yield path([(LEFT, from_y), (RIGHT, y)], colour, 1.5)
        yield text(LEFT - 10, from_y + 4, f"{change.previous_rank}", fill=FAINT, anchor="end")


def _moved(change: RankChange) -> tuple[str, str]:
    """How a change is coloured and said."""
    if not change.previous_rank:
        return NEW, "new"
    up = change.previous_rank - change.rank
    if up == 0:
        return FAINT, "="
    return (GREEN, f"▲ {up}") if up > 0 else (RED, f"▼ {-up}")


def _y(row: float) -> float:
    return TOP + (row - 1) * ROW
