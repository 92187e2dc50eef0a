"""Commands that make Dagster run: demo, run, up."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Annotated

import typer

from technic_pipeline.cli.arguments import parse_date, parse_moment
from technic_pipeline.cli.tables import standard_output
from technic_pipeline.errors import BadOption
from technic_pipeline.settings import Settings, load_settings

SessionOption = Annotated[str | None, typer.Option("--session", help="One session, YYYY-MM-DD.")]
FromOption = Annotated[str | None, typer.Option("--from", help="First session of a range.")]
ToOption = Annotated[str | None, typer.Option("--to", help="Last session of a range.")]
Confirm = Annotated[
    bool, typer.Option(help="Accept a batch that lacks more than 1 % of the stored bars.")
]
ConfirmUnusual = Annotated[
    bool, typer.Option(help="Go on with bars that do not look like a market's.")
]

KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        help="Make the session's scans anew from what was known at a moment; writes nothing.",
    ),
]

INTERRUPTED_BY_TERMINAL_SECONDS = 5.0

# Of so many sessions the demo publishes scans.
DEMO_SCANS = 60

TRY_NEXT = """
Try next:
  technic top -n 30             more of the table; --json and --csv for programs
  technic explain {ticker:<13} why a symbol ranks where it does
  technic sql funnel.sql        who was left out, and why
  technic up                    the same in the Dagster UI
  technic services stop         stop the embedded servers
"""


def run(
    session: SessionOption = None,
    first: FromOption = None,
    last: ToOption = None,
    confirm_removals: Confirm = False,
    confirm_unusual: ConfirmUnusual = False,
    known_at: KnownAt = None,
) -> None:
    """Materialize every missing session up to the last closed one, or the named ones."""
    if known_at is not None:
        if session is None or first or last or confirm_removals or confirm_unusual:
            raise BadOption("--known-at goes with --session alone: it writes nothing")
        _rebuild(session, known_at)
        return
    # Dagster takes a second to import; the other commands do without it.
    with imported_for_good():
        from technic_pipeline.cli.materialize import (  # noqa: PLC0415
            materialize_all,
            say_how_long,
            select_sessions,
        )
        from technic_pipeline.pipeline import open_pipeline  # noqa: PLC0415

    settings = load_settings()
    opened = open_pipeline(settings)
    opened.require_engine()
    chosen = select_sessions(opened, parse_date(session), parse_date(first), parse_date(last))
    say_how_long(opened, chosen)
    materialize_all(
        settings,
        opened,
        chosen,
        confirm_removals=confirm_removals,
        confirm_unusual=confirm_unusual,
    )


def _rebuild(session: str, known_at: str) -> None:
    """Make the scans of a session anew from what was known, and say how they compare."""
    from technic_pipeline.cli.rebuilding import is_fault, print_rebuilt  # noqa: PLC0415
    from technic_pipeline.engines.choosing import open_engine  # noqa: PLC0415
    from technic_pipeline.scan.rebuilding import rebuild_scans  # noqa: PLC0415
    from technic_pipeline.sessions import load_calendar  # noqa: PLC0415
    from technic_pipeline.store.opening import open_database  # noqa: PLC0415

    settings = load_settings()
    calendar = load_calendar(settings.calendar)
    day, moment = parse_date(session), parse_moment(known_at, calendar.timezone)
    assert day is not None and moment is not None  # noqa: S101 - neither text is None
    urls = open_database(settings)
    computing = open_engine(settings.engine, settings.threads, settings.ray_address)
    found = rebuild_scans(urls, calendar, calendar.require(day), moment, computing)
    print_rebuilt(found, moment, standard_output())
    if any(is_fault(one, moment) for one in found):
        raise typer.Exit(1)


@contextmanager
def imported_for_good() -> Iterator[None]:
    """Imports among which the collector does not look for garbage, now or later: none is there.

    To look through them again and again takes a tenth of the time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def demo() -> None:
    """Everything on a machine with nothing set up: servers, a simulated market, a ranked table."""
    from technic_pipeline.cli.materialize import materialize, select_sessions  # noqa: PLC0415
    from technic_pipeline.cli.reading import print_top, read_top  # noqa: PLC0415
    from technic_pipeline.cli.reference import fill_reference  # noqa: PLC0415
    from technic_pipeline.pipeline import open_pipeline  # noqa: PLC0415

    settings = _use_simulated_market()
    console = standard_output()
    console.print(
        f"A simulated exchange of {settings.simulated_symbols} symbols; data in {settings.home}"
    )
    with _asking_the_simulated_exchange(settings) as (asking, oldest):
        opened = open_pipeline(asking)
        sessions = select_sessions(opened, first=oldest)
        # What came before the scans is there for the indicators to look back at.
        history, scanned = sessions[:-DEMO_SCANS], sessions[-DEMO_SCANS:]
        if history:
            materialize(asking, history, only="daily_bars")
            fill_reference(opened)
        materialize(asking, scanned)
    table = read_top(settings, rows=20)
    print_top(table, console)
    leader = table.rows[0][table.columns.index("ticker")]
    console.print(TRY_NEXT.format(ticker=leader))


def up(
    port: Annotated[int, typer.Option(help="Where the UI listens.")] = 3000,
    host: Annotated[str, typer.Option(help="On which address.")] = "127.0.0.1",
) -> None:
    """Embedded servers if needed, then the Dagster UI and daemon, until interrupted."""
    from technic_pipeline.dagster_home import use_dagster_home  # noqa: PLC0415
    from technic_pipeline.pipeline import open_pipeline  # noqa: PLC0415

    settings = load_settings()
    open_pipeline(settings)
    use_dagster_home(settings)
    standard_output().print(f"Dagster UI: http://{host}:{port}  (Ctrl-C to stop)")
    dagster = [sys.executable, "-m", "dagster", "dev", "-m", "technic_pipeline.definitions"]
    # A shell's background job ignores interrupts, and so would all that it starts, for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen([*dagster, "-h", host, "-p", str(port)]) as server:  # noqa: S603
        raise typer.Exit(_wait_for(server))


def _wait_for(server: subprocess.Popen[bytes]) -> int:
    """The server's exit status; when ended it is given the time to stop what it started."""
    signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
    try:
        return server.wait()
    except KeyboardInterrupt:
        # A terminal interrupts the server too; a signal to this process alone does not.
        with suppress(subprocess.TimeoutExpired):
            return server.wait(timeout=INTERRUPTED_BY_TERMINAL_SECONDS)
        server.send_signal(signal.SIGINT)
        return server.wait()


@contextmanager
def _asking_the_simulated_exchange(settings: Settings) -> Iterator[tuple[Settings, date]]:
    """Settings to ask it over HTTP, as one would ask the vendor, and its oldest session."""
    from technic_pipeline.sessions import load_calendar  # noqa: PLC0415
    from technic_pipeline.simulated_exchange import SimulatedExchange, serve  # noqa: PLC0415

    exchange = SimulatedExchange(
        load_calendar(settings.calendar),
        symbols=settings.simulated_symbols,
        sessions=settings.simulated_sessions,
        seed=settings.simulated_seed,
    )
    with serve(exchange) as url:
        os.environ |= {
            "TECHNIC_SOURCE": "massive",
            "TECHNIC_MASSIVE_URL": url,
            "TECHNIC_MASSIVE_PLAN": "starter",
            "MASSIVE_API_KEY": exchange.key,
        }
        load_settings.cache_clear()
        yield load_settings(), exchange.oldest
    _use_simulated_market()


def _use_simulated_market() -> Settings:
    """The settings with the embedded servers and the simulated source, whatever is set."""
    for variable in ("TECHNIC_DATABASE_URL", "TECHNIC_REDIS_URL"):
        # Empty counts as unset, and wins over a line in .env.
        os.environ[variable] = ""
    os.environ["TECHNIC_SOURCE"] = "simulated"
    load_settings.cache_clear()
    return load_settings()
