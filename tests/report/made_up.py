"""A report made up by a seed, as large as a whole market's."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
from dayfiles import weekdays
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from technic_pipeline.report.content import (
    Changes,
    Departure,
    Relabelling,
    Report,
    ScanPart,
    SectorLine,
    Table,
)
from technic_pipeline.report.sparklines import SESSIONS, letters
from technic_pipeline.scan.labels import WORDS, rating_labels

DAYS = tuple(weekdays(date(2016, 10, 7), SESSIONS))
PUBLISHED = datetime(2016, 12, 30, 22, 30, tzinfo=UTC)
WEIGHTS = (("trend", 30.0), ("momentum", 40.0), ("volume", 10.0), ("fundamental", 20.0))
SECTORS = (
    *("Basic Materials", "Communication Services", "Consumer Cyclical", "Consumer Defensive"),
    *("Energy", "Financial Services", "Healthcare", "Industrials", "Real Estate", "Technology"),
    *("Unknown", "Utilities"),
)
# What a page must bear, on its first row.
ODD_NAME = "</script><script>alert('&quot;1&quot;')</script> <!-- \u2028 & Söhne \\ \"Co\""
LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def made_up_report(rows: int = 4_000) -> Report:
    """Three scans: of all rows, of the first tenth without a session before, and of nobody."""
    random = default_rng(20161230)
    score, points = _scores(random, rows)
    securities = _securities(random, rows)
    return Report(
        session=DAYS[-1],
        edition="made up",
        made_at=PUBLISHED,
        sessions=DAYS,
        scans=(
            _part("swing", securities, score, points, _changes(securities, rows)),
            _part("momentum", securities, score[: rows // 10], points[: rows // 10], None),
            _part("value", securities, score[:0], points[:0], None),
        ),
        securities=securities,
        sparklines=_sparklines(random, rows),
    )


def _scores(random: Generator, rows: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Best first; a fifth has no last component."""
    found = random.uniform(0.0, 100.0, (rows, len(WEIGHTS)))
    found[random.random(rows) < 0.2, -1] = np.nan
    weight = np.where(np.isnan(found), 0.0, [weight for _, weight in WEIGHTS])
    points = found * weight / weight.sum(axis=1, keepdims=True)
    score = np.nansum(points, axis=1)
    order = np.argsort(-score)
    return score[order], points[order]


def _securities(random: Generator, rows: int) -> pa.Table:
    ticker = ["".join(LETTERS[[at // 676 % 26, at // 26 % 26, at % 26]]) for at in range(rows)]
    random.shuffle(ticker)
    rating = random.uniform(-1.0, 1.0, rows)
    cap = np.where(random.random(rows) < 0.1, np.nan, random.lognormal(21.0, 2.0, rows))
    cap[:3] = 999_600.0, 950.0, 2e12
    names = [f"{t.title()} Holdings Incorporated" for t in ticker]
    return pa.table(
        {
            "symbol_id": np.arange(1, rows + 1, dtype=np.int32),
            "ticker": ticker,
            "name": [ODD_NAME, *names[1:]],
            "sector": random.choice(SECTORS, rows).tolist(),
            "industry": ["", *(f"Industry {at % 90}" for at in range(1, rows))],
            "rating_label": rating_labels(rating),
            "close": np.round(random.lognormal(3.0, 1.2, rows), 2),
            "change_pct": random.normal(0.0, 2.5, rows),
            "volume": random.lognormal(12.0, 2.0, rows),
            "rel_volume_10": random.lognormal(0.0, 0.5, rows),
            "dollar_volume_20": random.lognormal(15.0, 2.0, rows),
            "market_cap": pa.array(cap, from_pandas=True),
            "tech_rating": rating,
            "rs_rating": random.integers(1, 100, rows).astype(np.float64),
        }
    )


def _part(
    scan: str,
    securities: pa.Table,
    score: NDArray[np.float64],
    points: NDArray[np.float64],
    changes: Changes | None,
) -> ScanPart:
    rows = len(score)
    close = securities["close"].to_numpy()[:rows]
    sector = np.array(securities["sector"].to_pylist())[:rows]
    standing = [np.count_nonzero(sector[: at + 1] == sector[at]) for at in range(rows)]
    return ScanPart(
        scan=scan,
        scan_run_id=1,
        version=1,
        description="Made up, a bit of everything",
        published_at=PUBLISHED,
        stale_since=None if changes else PUBLISHED,
        population=rows + 2_000,
        ranked=rows,
        weights=WEIGHTS,
        funnel=(("liquidity", 1_400), ("type", 400), ("not_above_sma_200", 150), ("no_bar", 50)),
        sectors=_sectors(sector, score, securities["change_pct"].to_numpy()[:rows]),
        changes=changes,
        table=Table(
            security=np.arange(rows),
            score=score,
            points=points,
            sector_rank=np.array(standing, dtype=np.int32),
            previous_rank=_previous(rows),
            levels={"entry": close, "stop": close * 0.95, "target": close * 1.1},
        ),
    )


def _previous(rows: int) -> NDArray[np.int32]:
    """Every fortieth is new; the others change places within hundreds."""
    rank = np.arange(1, rows + 1, dtype=np.int32)
    moved = (rank - 1) // 100 * 100 + (rank - 1) * 37 % 100 + 1
    return np.where(rank % 40 == 0, 0, moved).astype(np.int32)


def _sectors(sector: NDArray, score: NDArray, change: NDArray) -> tuple[SectorLine, ...]:
    lines = [
        SectorLine(
            sector=name,
            ranked=int(mine.sum()),
            score=float(score[mine].mean()),
            up=int((change[mine] > 0).sum()),
            down=int((change[mine] < 0).sum()),
            best=int(np.flatnonzero(mine)[0]) + 1,
        )
        for name, mine in ((name, sector == name) for name in np.unique(sector).tolist())
    ]
    return tuple(sorted(lines, key=lambda line: -line.score))


def _changes(securities: pa.Table, rows: int) -> Changes:
    reasons = ("liquidity", "no_bar", "not_above_sma_200", "")
    left = [Departure(f"GONE{at}", ODD_NAME, at + 1, reasons[at % 4]) for at in range(50)]
    labels = securities["rating_label"].to_pylist()
    relabelled = [
        Relabelling(at + 1, before, labels[at])
        for at in range(0, rows, 20)
        if (before := WORDS[at // 20 % len(WORDS)]) != labels[at]
    ]
    return Changes(since=DAYS[-2], left=tuple(left), relabelled=tuple(relabelled))


def _sparklines(random: Generator, rows: int) -> tuple[str, ...]:
    closes = 20.0 * np.exp(np.cumsum(random.normal(0.0, 0.02, (rows, SESSIONS)), axis=1))
    closes[random.random(closes.shape) < 0.02] = np.nan
    # One is new in the market, and one never moved.
    closes[1, :-1] = np.nan
    closes[2] = 20.0
    return letters(closes)
