"""Commands that read what was published: top, explain, sql."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import psycopg
import typer
from psycopg import sql as psql
from rich.console import Console
from rich.table import Table
from rich.text import Text

from technic_pipeline.bounded import read_file
from technic_pipeline.cli.arguments import parse_date, parse_moment
from technic_pipeline.cli.tables import Result, print_table, standard_output, write_csv, write_json
from technic_pipeline.errors import (
    BadOption,
    MalformedInput,
    NothingPublished,
    NotPermitted,
    QueryFailed,
    UnknownScan,
)
from technic_pipeline.project_files import project_folder
from technic_pipeline.scan import DEFAULT_SCAN
from technic_pipeline.settings import Settings, load_settings
from technic_pipeline.store.opening import open_database
from technic_pipeline.store.roles import READER

# What a terminal of 100 columns shows of a row; --json and --csv give every column.
SHOWN = {
    "rank": "rank",
    "ticker": "ticker",
    "name": "name",
    "sector": "sector",
    "close": "close",
    "change_pct": "change %",
    "score": "score",
    "rank_change": "moved",
}
# And what one of 150 shows beside.
WIDE_TERMINAL = 150
SHOWN_WIDE = {
    "rating_label": "rating",
    "rs_rating": "strength",
    "fundamental_score": "figures",
    "rel_volume_10": "volume x",
    "dollar_volume_20": "$ a session",
}
SHORTENED = {"name": 28, "sector": 22}
# Of a file with a query; no person writes a longer one.
LARGEST_QUERY = 1024 * 1024
SIGNED = ("change_pct", "rank_change")

WITH_ALL_RIGHTS = (
    "technic sql reads the views and the published scans, as technic_reader; "
    'with all rights: psql "$(technic services status --url)"'
)

JsonFlag = Annotated[bool, typer.Option("--json", help="A JSON array, in full precision.")]
CsvFlag = Annotated[bool, typer.Option("--csv", help="CSV, in full precision.")]
ScanOption = Annotated[str, typer.Option("--scan", help="Which scan.")]
SessionOption = Annotated[str | None, typer.Option("--session", help="Which session.")]


def top(
    rows: Annotated[int, typer.Option("-n", min=1, help="How many rows.")] = 20,
    scan: ScanOption = DEFAULT_SCAN,
    session: SessionOption = None,
    sector: Annotated[str | None, typer.Option(help="One sector only.")] = None,
    known_at: Annotated[
        str | None,
        typer.Option(help="As it was published by then: a date, or YYYY-MM-DDTHH:MM."),
    ] = None,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """The ranked table."""
    settings = load_settings()
    known = None
    if known_at is not None:
        from technic_pipeline.sessions import load_calendar  # noqa: PLC0415

        known = parse_moment(known_at, load_calendar(settings.calendar).timezone)
    result = read_top(settings, rows, scan, parse_date(session), sector, known)
    if as_json:
        write_json(result)
    elif as_csv:
        write_csv(result)
    else:
        print_top(result, standard_output())


def explain(ticker: str, scan: ScanOption = DEFAULT_SCAN, session: SessionOption = None) -> None:
    """Why a symbol ranks where it does, or why it was left out."""
    # Imported here: working a rank out again takes the compiler.
    from technic_pipeline.cli import explanation  # noqa: PLC0415
    from technic_pipeline.sessions import load_calendar  # noqa: PLC0415

    settings = load_settings()
    urls = open_database(settings)
    calendar = load_calendar(settings.calendar)
    found = explanation.explain(urls, calendar, ticker, scan, parse_date(session))
    explanation.show(found, standard_output())


def sql(
    file: Annotated[Path | None, typer.Argument(help="A file, or one of those in sql/.")] = None,
    query: Annotated[str | None, typer.Option("-c", help="The query itself.")] = None,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """Run SQL on the database."""
    if (file is None) == (query is None):
        raise BadOption("give either a file or -c with a query; sql/ holds some to begin with")
    text = query if query is not None else _read_query(file)  # type: ignore[arg-type]
    url, _ = open_database(load_settings(), READER)
    result = _query(url, text)
    if as_json:
        write_json(result)
    elif as_csv:
        write_csv(result)
    else:
        print_table(result, standard_output())


def read_top(
    settings: Settings,
    rows: int,
    scan: str = DEFAULT_SCAN,
    session: date | None = None,
    sector: str | None = None,
    known_at: datetime | None = None,
) -> Result:
    """The first rows of the newest version of a scan's session, the newest session by default.

    Of those published by `known_at`, if it is given.

    Raises:
        UnknownScan, NothingPublished: there is no such table.
        BadOption: the sector has no row in it.
    """
    url, _ = open_database(settings, READER)
    with psycopg.connect(url) as connection:
        day = newest_session(connection, scan, session, known_at)
        result = _rows(connection, scan, day, sector, rows, known_at)
        if sector and not result.rows:
            sectors = connection.execute(
                "select distinct sector from scan_current where scan = %s and session = %s"
                " order by 1",
                [scan, day],
            ).fetchall()
            listed = ", ".join(row[0] for row in sectors)
            raise BadOption(f"no sector '{sector}' in {scan} of {day}; there are: {listed}")
    return result


def newest_session(
    connection: psycopg.Connection,
    scan: str,
    session: date | None,
    known_at: datetime | None = None,
) -> date:
    """The newest published session of a scan, or `session` itself when it was published.

    Raises:
        UnknownScan, NothingPublished: it was not.
    """
    newest = connection.execute(
        "select max(session) from scan_runs where scan = %s and session = coalesce(%s, session)"
        " and published_at <= coalesce(%s, published_at)",
        [scan, session, known_at],
    ).fetchone()
    if newest is None or newest[0] is None:
        known = [r[0] for r in connection.execute("select distinct scan from scan_runs order by 1")]
        if known and scan not in known:
            raise UnknownScan(scan, known)
        raise NothingPublished(scan, session, known_at)
    return newest[0]


def print_top(result: Result, console: Console) -> None:
    """The columns that a terminal has room for; names give way first."""
    if not result.rows:
        return
    first = dict(zip(result.columns, result.rows[0], strict=True))
    stale = ", stale: its inputs changed since" if first["stale_since"] else ""
    title = f"{first['scan']} of {first['session']}, version {first['version']}{stale}"
    console.print(title, style="bold", highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    shown = SHOWN | (SHOWN_WIDE if console.width >= WIDE_TERMINAL else {})
    for name, heading in shown.items():
        if name in SHORTENED:
            table.add_column(heading, no_wrap=True, overflow="ellipsis", max_width=SHORTENED[name])
        else:
            width = max(len(heading), 5)
            table.add_column(heading, no_wrap=True, justify=_side(name), min_width=width)
    positions = [result.columns.index(name) for name in shown]
    for row in result.rows:
        table.add_row(*[_cell(name, row[at]) for name, at in zip(shown, positions, strict=True)])
    console.print(table)


def _side(name: str) -> Literal["left", "right"]:
    return "left" if name in ("ticker", "rating_label") else "right"


def _cell(name: str, value: Any) -> Text:
    """A value as a person reads it; changes are coloured by their sign."""
    if value is None:
        return Text("new" if name == "rank_change" else "")
    if name not in SIGNED:
        return Text(f"{value:,.2f}" if isinstance(value, float) else str(value))
    text = f"{value:+,.2f}" if isinstance(value, float) else f"{value:+d}" if value else "0"
    return Text(text, style="green" if value > 0 else "red" if value < 0 else "")


def _rows(
    connection: psycopg.Connection,
    scan: str,
    session: date,
    sector: str | None,
    rows: int,
    known_at: datetime | None,
) -> Result:
    source, known = ("scan_as_known(%s)", [known_at]) if known_at else ("scan_current", [])
    cursor = connection.execute(
        psql.SQL(
            "select * from {} where scan = %s and session = %s"
            " and (%s::text is null or sector = %s) order by rank limit %s"
        ).format(psql.SQL(source)),
        [*known, scan, session, sector, sector, rows],
    )
    return Result(tuple(c.name for c in cursor.description or ()), cursor.fetchall())


def _read_query(file: Path) -> str:
    for path in (file, project_folder("sql") / file):
        if path.is_file():
            try:
                return read_file(path, LARGEST_QUERY).decode()
            except UnicodeDecodeError as error:
                raise MalformedInput(path, f"is no text in UTF-8 ({error.reason})") from None
    shipped = ", ".join(sorted(p.name for p in project_folder("sql").glob("*.sql")))
    raise BadOption(f"no file {file}; shipped queries are: {shipped}")


def _query(url: str, text: str) -> Result:
    with psycopg.connect(url) as connection:
        try:
            # Without parameters, so that a % in the query means itself.
            cursor = connection.execute(psql.SQL(text))  # type: ignore[arg-type] - a user's own text
            rows = cursor.fetchall() if cursor.description else []
        except psycopg.errors.InsufficientPrivilege as error:
            raise NotPermitted(str(error).splitlines()[0], WITH_ALL_RIGHTS) from None
        except psycopg.Error as error:
            raise QueryFailed(str(error).splitlines()[0]) from None
        return Result(tuple(c.name for c in cursor.description or ()), rows)
