"""Why one symbol stands where it does in one scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import dict_row
from rich.console import Console
from rich.table import Table

from technic_pipeline.errors import NothingPublished, UnknownTicker

# The rule behind each reason: the bound in the definition, the value that it judged, in words.
RULES = {
    "no_bar": (None, "last_session", "no bar in this session; its last one was on {value}"),
    "type": ("types", "type", "its type is {value}; the scan takes {bound}"),
    "price": ("min_price", "close", "it closed at {value}; the scan asks for {bound}"),
    "liquidity": (
        "min_dollar_volume_20",
        "dollar_volume_20",
        "it traded {value:,.0f} a session over 20 bars; the scan asks for {bound:,.0f}",
    ),
    "history": ("min_bars", "bars", "it has {value} bars; the scan asks for {bound}"),
    "unexplained_jump": (
        "jump_bars",
        "bars_since_jump",
        "an unexplained price jump {value:.0f} bars ago; the scan looks back {bound}",
    ),
    "no_score": (None, None, "none of the scan's components has a value"),
}


@dataclass(frozen=True)
class Explanation:
    """One symbol in one published run: its row if ranked, else the reason; its indicators."""

    run: Mapping[str, Any]
    symbol: Mapping[str, Any]
    indicators: Mapping[str, Any]
    row: Mapping[str, Any] | None
    reason: str | None


def explain(
    connection: psycopg.Connection, ticker: str, scan: str, session: date | None
) -> Explanation:
    """Look a ticker up in the newest version of a scan's session.

    Raises:
        UnknownTicker: no symbol bears it.
        NothingPublished: the scan has no such session.
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        run = cursor.execute(
            "select * from scan_runs where scan = %s and session = coalesce(%s, session)"
            " order by session desc, version desc limit 1",
            [scan, session],
        ).fetchone()
        if run is None:
            raise NothingPublished(scan, session)
        symbol = _symbol(cursor, ticker, run["session"])
        values = cursor.execute(
            "select i.*, b.close from indicators i join daily_bars b using (symbol_id, session)"
            " where symbol_id = %s and session = %s",
            [symbol["symbol_id"], run["session"]],
        ).fetchone()
        key = {"run": run["scan_run_id"], "symbol": symbol["symbol_id"], "day": run["session"]}
        row = cursor.execute(
            "select * from scan_results where session = %(day)s and scan_run_id = %(run)s"
            " and symbol_id = %(symbol)s",
            key,
        ).fetchone()
        left_out = cursor.execute(
            "select reason from scan_exclusions where scan_run_id = %(run)s"
            " and symbol_id = %(symbol)s",
            key,
        ).fetchone()
    return Explanation(run, symbol, values or {}, row, left_out["reason"] if left_out else None)


def show(found: Explanation, console: Console) -> None:
    """Print it."""
    run = found.run
    name = f" ({found.symbol['name']})" if found.symbol["name"] else ""
    head = f"{found.symbol['ticker']}{name} in {run['scan']} of {run['session']}"
    console.print(f"{head}, version {run['version']}", style="bold", highlight=False)
    if found.row is not None:
        _show_rank(found, found.row, console)
    else:
        console.print(_left_out(found), highlight=False)


def _symbol(cursor: psycopg.Cursor[dict[str, Any]], ticker: str, session: date) -> dict[str, Any]:
    symbol = cursor.execute(
        "select s.symbol_id, t.ticker, s.name, s.type, s.sector, s.last_session"
        " from symbol_tickers t join symbols s using (symbol_id)"
        " where t.ticker = %s and t.valid_from <= %s and %s < t.valid_to",
        [ticker, session, session],
    ).fetchone()
    if symbol is None:
        similar = cursor.execute(
            "select distinct ticker from symbol_tickers"
            " where ticker ilike %s || '%%' or lower(ticker) = lower(%s) order by 1 limit 5",
            [ticker[:3].replace("%", "").replace("_", ""), ticker],
        ).fetchall()
        raise UnknownTicker(ticker, [row["ticker"] for row in similar])
    return symbol


def _show_rank(found: Explanation, row: Mapping[str, Any], console: Console) -> None:
    run = found.run
    moved = "new in the table" if row["previous_rank"] is None else f"was {row['previous_rank']}"
    console.print(
        f"rank {row['rank']} of {run['ranked']} ({moved}); "
        f"{row['sector_rank']}. in {row['sector']}; score {row['score']:.4f}",
        highlight=False,
    )
    columns = {c["component"]: c["columns"] for c in run["definition"]["components"]}
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading, side in (("component", "left"), ("weight", "right"), ("points", "right")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    table.add_column("its columns here")
    for entry, points in zip(run["definition"]["weights"], row["contributions"], strict=True):
        values = ", ".join(
            f"{column} {_number(found.indicators.get(column))} ({direction})"
            for column, direction in columns[entry["component"]]
        )
        table.add_row(entry["component"], f"{entry['weight']:g}", _number(points), values)
    table.add_row("score", "", _number(row["score"]), "")
    console.print(table)
    console.print(
        f"entry {_number(row['entry'])}, stop {_number(row['stop'])}, "
        f"target {_number(row['target'])}",
        highlight=False,
    )


def _left_out(found: Explanation) -> str:
    if found.reason is None:
        return "not in the population: no bar in the 20 sessions up to this one"
    bound_name, value_name, sentence = RULES[found.reason]
    rules = found.run["definition"]["universe"]
    facts = {**found.symbol, **found.indicators}
    value = facts.get(value_name) if value_name else None
    bound = rules.get(bound_name) if bound_name else None
    bound = ", ".join(bound) if isinstance(bound, list) else bound
    return f"left out by rule '{found.reason}': " + sentence.format(value=value, bound=bound)


def _number(value: float | None) -> str:
    return "missing" if value is None else f"{value:,.4f}"
