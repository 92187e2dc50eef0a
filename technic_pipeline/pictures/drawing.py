"""The pictures of one session's scan."""

from __future__ import annotations

import math
from datetime import date

from technic_pipeline.pictures.content import Contents, MarketBreadth
from technic_pipeline.pictures.heat_map import draw_sectors
from technic_pipeline.pictures.histories import draw_history
from technic_pipeline.pictures.reading import read_contents
from technic_pipeline.pictures.slopes import draw_rank_changes
from technic_pipeline.sessions import Calendar


def scan_pictures(url: str, session: date, scan: str, calendar: Calendar) -> dict[str, str]:
    """The pictures of the newest version of a scan of a session, as SVG by name.

    `breadth` and `scores` are of 60 sessions, `sectors` and `rank_changes` of this one. The history
    of `breadth` is of the symbols that the scan ranked, 100 to 200 of them a session, spread evenly
    over the ranks, where they are more; a line of words says how the whole market stands.
    """
    return drawn(read_contents(url, session, scan, calendar))


def drawn(contents: Contents) -> dict[str, str]:
    """What was read, as SVG by name."""
    of = f"{contents.scan}, {contents.session}"
    return {
        "breadth": draw_history(contents.breadth, f"Breadth: {of}", _market(contents.market), "%"),
        "scores": draw_history(contents.scores, f"Scores: {of}", "score at each rank"),
        "sectors": draw_sectors(
            contents.sectors,
            f"Sectors: {of}",
            "how many are ranked, their means, and the share rated Buy or better",
        ),
        "rank_changes": draw_rank_changes(
            contents.rank_changes,
            f"Rank changes: {of}",
            "where the first stood in the session before",
        ),
    }


def _market(market: MarketBreadth) -> str:
    """The whole market's session in words; a share that nobody has a value for is left out."""
    shares = {
        "{:.0%} above sma_200": market.above_sma_200,
        "{:.0%} above sma_50": market.above_sma_50,
        "rose less fell {:+.0%}": market.rose,
    }
    said = [words.format(share) for words, share in shares.items() if not math.isnan(share)]
    return f"Of ranked symbols. Market: {', '.join([f'{market.traded} traded', *said])}"
