"""Commands that look after the machinery: status, verify, services, db."""

from __future__ import annotations

from typing import Annotated

import psycopg
import typer
from psycopg import sql
from rich.console import Console

from technic_pipeline.cli.tables import Result, print_table, standard_output
from technic_pipeline.errors import BadOption
from technic_pipeline.services import ensure_running, require_postgres
from technic_pipeline.services import status as service_status
from technic_pipeline.services import stop as stop_services
from technic_pipeline.settings import load_settings

services = typer.Typer(help="The embedded servers: start, stop, status.", no_args_is_help=True)
db = typer.Typer(help="The database's schema.", no_args_is_help=True)

COUNTS = (
    "symbols",
    "daily_bars",
    "bar_revisions",
    "rejected_bars",
    "payloads",
    "splits",
    "pending_changes",
    "indicators",
    "scan_runs",
    "scan_results",
)


def status() -> None:
    """Servers, newest session, delta, hit rate, calls, last scans, row counts, stale scans."""
    from technic_pipeline.store.opening import open_database  # noqa: PLC0415

    settings = load_settings()
    url, _ = open_database(settings)
    console = standard_output()
    _print_services(console)
    with psycopg.connect(url) as connection:
        _print_query(console, connection, "newest sessions", _NEWEST)
        _print_query(console, connection, "delta: changes not yet in the indicators", _DELTA)
        _print_query(console, connection, "last runs over the delta", _DELTA_RUNS)
        _print_query(console, connection, "calls of the vendor", _CALLS)
        _print_query(console, connection, "last scans", _SCANS)
        _print_query(console, connection, "stale scans", _STALE)
        counts = [[name, _count(connection, name)] for name in COUNTS]
        console.print("\nrows", style="bold")
        print_table(Result(("table", "rows"), counts), console)


def verify(
    sample: Annotated[int | None, typer.Option(min=1, help="So many symbols by chance.")] = None,
    ticker: Annotated[list[str] | None, typer.Option(help="These symbols.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every symbol.")] = False,
    from_payloads: Annotated[
        bool, typer.Option(help="Bars instead, read again from what was received.")
    ] = False,
) -> None:
    """Recompute indicators from raw bars and compare them with the stored ones bit for bit."""
    from technic_pipeline.engines.choosing import open_engine  # noqa: PLC0415
    from technic_pipeline.sessions import load_calendar  # noqa: PLC0415
    from technic_pipeline.store.database import engine_for  # noqa: PLC0415
    from technic_pipeline.store.opening import open_database  # noqa: PLC0415
    from technic_pipeline.verification import choose_symbols, verify_symbols  # noqa: PLC0415

    if (sample is not None) + bool(ticker) + every + from_payloads > 1:
        raise BadOption("give one of --sample, --ticker, --all and --from-payloads")
    settings = load_settings()
    url, _ = open_database(settings)
    if from_payloads:
        _verify_bars(url)
        return
    computing = open_engine(settings.engine, settings.threads, settings.ray_address)
    size = None if every else (sample or 100)
    chosen = choose_symbols(engine_for(url), ticker or [], size, computing)
    found = verify_symbols(url, chosen, load_calendar(settings.calendar))
    console = standard_output()
    console.print(
        f"{found.symbols} symbols, {found.rows} rows recomputed: "
        f"{found.different} differ, {found.missing} are missing, {found.surplus} are too many; "
        f"{found.pending} symbols with pending changes and {found.other_builds} rows of other "
        "engine builds were left out"
    )
    for line in found.examples:
        console.print("  " + line)
    if found.faults:
        raise typer.Exit(1)


def _verify_bars(url: str) -> None:
    from technic_pipeline.rebuilt_bars import verify_bars  # noqa: PLC0415

    found = verify_bars(url)
    console = standard_output()
    console.print(
        f"{found.sessions} sessions, {found.bars} bars read again from {found.payloads} payloads: "
        f"{found.different} differ, {found.missing} are missing, {found.surplus} are too many, "
        f"{found.damaged} payloads are damaged; {found.left_out} sessions were left out, of which "
        "a payload is not kept"
    )
    for line in found.examples:
        console.print("  " + line, highlight=False)
    if found.faults:
        raise typer.Exit(1)


@services.command("start")
def start() -> None:
    """Start the embedded servers, if no URL is set for them."""
    ensure_running(load_settings())
    _print_services(standard_output())


@services.command("stop")
def stop() -> None:
    """Stop the embedded servers; nothing else stops them."""
    stopped = stop_services(load_settings())
    standard_output().print(f"stopped: {', '.join(stopped) or 'nothing was running'}")


@services.command("status")
def show_services(
    url: Annotated[bool, typer.Option("--url", help="Only PostgreSQL's URL, for psql.")] = False,
) -> None:
    """What runs where."""
    if url:
        typer.echo(ensure_running(load_settings()).database_url)
    else:
        _print_services(standard_output())


@db.command("upgrade")
def upgrade_schema() -> None:
    """Migrate the database to what this version needs."""
    from technic_pipeline.store.database import engine_for  # noqa: PLC0415
    from technic_pipeline.store.migrate import needed_revision, upgrade  # noqa: PLC0415

    settings = load_settings()
    url = ensure_running(settings).database_url
    require_postgres(url)
    changed = upgrade(engine_for(url))
    done = "upgraded to" if changed else "already at"
    standard_output().print(f"{done} revision {needed_revision()}")


_NEWEST = """
select session, source, rows, inserted, revised, removed, rejected, committed_at
from ingest_batches order by session desc, batch_id desc limit 3
"""
_DELTA = "select count(distinct symbol_id) as symbols, min(from_session) from pending_changes"
_DELTA_RUNS = """
select followed_at, symbols, resumed,
       to_char(100.0 * resumed / symbols, 'FM990.0') || ' %' as hit_rate,
       bars_read, rows_written, cache_answered, seconds
from delta_runs order by delta_run_id desc limit 3
"""
_CALLS = """
select called_on, sum(calls) as calls,
       string_agg(endpoint || ' ' || calls, ', ' order by calls desc, endpoint) as endpoints
from vendor_calls group by called_on order by called_on desc limit 3
"""
_SCANS = """
select scan, session, version, population, universe, ranked, published_at, seconds
from scan_runs order by published_at desc limit 5
"""
_STALE = """
select scan, count(*) as sessions, min(session) as first, max(session) as last
from (
    select distinct on (scan, session) scan, session, stale_since
    from scan_runs order by scan, session, version desc
) newest
where stale_since is not null group by scan
"""


def _print_services(console: Console) -> None:
    found = service_status(load_settings())
    rows = [[s.name, "up" if s.alive else "down", s.version or "", s.url, s.detail] for s in found]
    print_table(Result(("service", "state", "version", "url", "detail"), rows), console)


def _print_query(console: Console, connection: psycopg.Connection, title: str, text: str) -> None:
    cursor = connection.execute(text)  # type: ignore[arg-type] - the constants above
    names = tuple(column.name for column in cursor.description or ())
    rows = cursor.fetchall()
    console.print(f"\n{title}", style="bold")
    if rows:
        print_table(Result(names, rows), console)
    else:
        console.print("none")


def _count(connection: psycopg.Connection, table: str) -> int:
    counted = sql.SQL("select count(*) from {}").format(sql.Identifier(table))
    row = connection.execute(counted).fetchone()
    return row[0] if row else 0
