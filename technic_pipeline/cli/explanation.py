"""Why one symbol stands where it does in one scan: looked up and printed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import dict_row
from rich.console import Console
from rich.table import Table

from technic_pipeline.cli.exclusion import sentence_of
from technic_pipeline.cli.lineage import Lineage, print_lineage, read_lineage
from technic_pipeline.errors import NothingPublished, UnknownTicker
from technic_pipeline.scan.definition import ScanDefinition
from technic_pipeline.scan.explaining import Standing, facts_of, standing_of, votes_of
from technic_pipeline.scan.reading import read_inputs
from technic_pipeline.sessions import Calendar

RANKED = "select * from scan_results where session = %s and scan_run_id = %s and symbol_id = %s"
LEFT_OUT = "select reason from scan_exclusions where scan_run_id = %s and symbol_id = %s"


@dataclass(frozen=True)
class Explanation:
    """One symbol in one published run: its row if ranked, else the reason; what made them."""

    run: Mapping[str, Any]
    symbol: Mapping[str, Any]
    row: Mapping[str, Any] | None
    reason: str | None
    facts: Mapping[str, Any]
    standing: Standing | None
    votes: Mapping[str, Mapping[str, float]]
    lineage: Lineage


def explain(
    urls: tuple[str, str], calendar: Calendar, ticker: str, scan: str, session: date | None
) -> Explanation:
    """Look a ticker up in the newest version of a scan's session; `urls` are PostgreSQL's, Redis'.

    Raises:
        UnknownTicker: no symbol bears it.
        NothingPublished: the scan has no such session.
    """
    with (
        psycopg.connect(urls[0]) as connection,
        connection.cursor(row_factory=dict_row) as cursor,
    ):
        run = cursor.execute(
            "select * from scan_runs where scan = %s and session = coalesce(%s, session)"
            " order by session desc, version desc limit 1",
            [scan, session],
        ).fetchone()
        if run is None:
            raise NothingPublished(scan, session)
        day, symbol = run["session"], _symbol(cursor, ticker, run["session"])
        key = run["scan_run_id"], symbol["symbol_id"]
        row = cursor.execute(RANKED, [day, *key]).fetchone()
        left_out = cursor.execute(LEFT_OUT, key).fetchone()
    inputs = read_inputs(*urls, day, calendar)
    definition = ScanDefinition.from_json(run["definition"])
    return Explanation(
        run=run,
        symbol=symbol,
        row=row,
        reason=left_out["reason"] if left_out else None,
        facts=symbol | facts_of(inputs, symbol["symbol_id"]),
        standing=standing_of(definition, inputs, symbol["symbol_id"]),
        votes=votes_of(urls[0], calendar, symbol["symbol_id"], day) if row else {},
        lineage=read_lineage(urls[0], run, symbol["symbol_id"]),
    )


def show(found: Explanation, console: Console) -> None:
    """Print it."""
    run = found.run
    name = f" ({found.symbol['name']})" if found.symbol["name"] else ""
    head = f"{found.symbol['ticker']}{name} in {run['scan']} of {run['session']}"
    console.print(f"{head}, version {run['version']}", style="bold", highlight=False)
    if found.row is None:
        rules = run["definition"]["universe"]
        console.print(sentence_of(found.reason, rules, found.facts), highlight=False)
    else:
        _show_rank(found, found.row, console)
        _show_votes(found.row, found.votes, console)
    print_lineage(run, found.lineage, console)


def _symbol(cursor: psycopg.Cursor[dict[str, Any]], ticker: str, session: date) -> dict[str, Any]:
    symbol = cursor.execute(
        "select s.symbol_id, t.ticker, s.name, s.type, s.sector,"
        " (select max(b.session) from daily_bars b"
        "  where b.symbol_id = s.symbol_id and b.session <= %(day)s) as last_session"
        " from symbol_tickers t join symbols s using (symbol_id)"
        " where t.ticker = %(ticker)s and t.valid_from <= %(day)s and %(day)s < t.valid_to",
        {"ticker": ticker, "day": session},
    ).fetchone()
    if symbol is None:
        similar = cursor.execute(
            "select distinct ticker from symbol_tickers"
            " where starts_with(upper(ticker), upper(%s)) order by ticker limit 5",
            [ticker[:3]],
        ).fetchall()
        raise UnknownTicker(ticker, [row["ticker"] for row in similar])
    return symbol


def _show_rank(found: Explanation, row: Mapping[str, Any], console: Console) -> None:
    run = found.run
    moved = "new in the table" if row["previous_rank"] is None else f"was {row['previous_rank']}"
    console.print(
        f"rank {row['rank']} of {run['ranked']} ({moved}); {row['sector_rank']}. in "
        f"{row['sector']}; score {_number(row['score'])}",
        highlight=False,
    )
    if found.standing is None or found.standing.score != row["score"]:
        console.print("its inputs changed since this was published; percentiles are of today")
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("component and columns")
    for heading in ("weight", "value", "percentile", "points"):
        table.add_column(heading, justify="right")
    for entry, points in zip(run["definition"]["weights"], row["contributions"], strict=True):
        name, weight = entry["component"], f"{entry['weight']:g}"
        mean, columns = found.standing.components[name] if found.standing else (math.nan, ())
        table.add_row(name, weight, "", _number(mean), _number(points), style="bold")
        for c in columns:
            way = {"rising": "↑", "falling": "↓", "as_is": "="}[c.direction]
            table.add_row(f"  {c.column} {way}", "", _number(c.value), _number(c.standing), "")
    table.add_row("score", "", "", "", _number(row["score"]), style="bold")
    console.print(table)
    levels = ", ".join(f"{name} {_number(row[name])}" for name in ("entry", "stop", "target"))
    console.print(levels, highlight=False)


def _show_votes(
    row: Mapping[str, Any], votes: Mapping[str, Mapping[str, float]], console: Console
) -> None:
    label = row["rating_label"] or "missing"
    console.print(f"technical rating {_number(row['tech_rating'])}: {label}", style="bold")
    words = {1.0: "buy", -1.0: "sell", 0.0: "neutral"}
    for group, cast in votes.items():
        parts = []
        for vote, word in words.items():
            names = [name for name, given in cast.items() if given == vote]
            parts += [f"{word} {len(names)} ({', '.join(names)})"] if names else []
        missing = [name for name, given in cast.items() if math.isnan(given)]
        parts += [f"missing {', '.join(missing)}"] if missing else []
        console.print(f"{group}: {'; '.join(parts) or 'no votes'}", highlight=False)


def _number(value: float | None) -> str:
    return "missing" if value is None or math.isnan(value) else f"{value:,.4f}"
