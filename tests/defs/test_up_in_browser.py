"""A person's evening in Dagster's own pages: `technic up`, a browser, and a source that breaks."""

from __future__ import annotations

import csv
import gzip
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import dagster as dg
import psutil
import psycopg
import pytest
from market_runs import run_market
from playwright.sync_api import Browser, Page, expect
from vendor_directory import day_file, write_day, write_lists

from technic_pipeline import clock
from technic_pipeline.sessions import Calendar
from technic_pipeline.sources.simulated import SimulatedMarket

SYMBOLS, SESSIONS, PUBLISHED = 150, 90, 12
TECHNIC = "from technic_pipeline.cli import main; main()"
# Dagster takes some seconds to start, more of them on a busy machine.
PATIENCE_SECONDS = 40.0
TOP = "select ticker, score from scan_latest where scan = 'swing' order by rank"
REPEATED = "unlike_the_session_before"
CHECKS = ("usual_number_of_rows", "few_rejected_rows", REPEATED, "same_symbols_as_before")
PICTURES = ("breadth", "scores", "sectors", "rank_changes")
# In pixels; a picture that cannot be read is a small sign in its place.
DRAWN_WIDTH = 400


@pytest.fixture
def newest(calendar: Calendar) -> date:
    """The last one that is over."""
    return calendar.last_closed(clock.now())


@pytest.fixture
def market(newest: date, calendar: Calendar) -> SimulatedMarket:
    return SimulatedMarket(SYMBOLS, SESSIONS, seed=1, calendar=calendar, last=newest)


@pytest.fixture
def history(
    market_root: Path,
    market: SimulatedMarket,
    newest: date,
    calendar: Calendar,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Files of every session but the newest, the last ones of them published."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    days = calendar.between(calendar.before(newest, SESSIONS - 1), calendar.before(newest, 1))
    for day in days:
        write_day(market_root, market.bars(day))
    write_lists(market_root, market, days[-1])
    with dg.instance_for_test() as instance:
        bars, scanned = days[:-PUBLISHED], days[-PUBLISHED:]
        run_market(instance, str(bars[0]), str(bars[-1]), only="daily_bars")
        run_market(instance, str(scanned[0]), str(scanned[-1]))
    return market_root


@contextmanager
def dagster_up(folder: Path) -> Iterator[tuple[str, Path]]:
    """`technic up` in a process of its own: its address and its log. It must end when told to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "up.log"
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [sys.executable, "-c", TECHNIC, "up", "--port", str(port)],
            env=os.environ.copy(),
            cwd=folder,
            stdout=said,
            stderr=said,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield f"http://127.0.0.1:{port}", log
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_SECONDS)
            wait_until(lambda: not members(process.pid), "what it started has ended too")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def wait_until(holds: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < ends, f"waited {PATIENCE_SECONDS} s until {what}"
        time.sleep(0.2)


def members(group: int) -> list[psutil.Process]:
    """The processes that still run in a group."""
    return [
        process
        for process in psutil.process_iter()
        if process.status() != psutil.STATUS_ZOMBIE and os.getpgid(process.pid) == group
    ]


def materialize(page: Page, address: str, session: date) -> None:
    """From the asset graph, as a person clicks it."""
    page.goto(f"{address}/asset-groups")
    page.get_by_role("button", name="Materialize all").click()
    page.get_by_role("button", name="Latest", exact=True).click()
    # Which may be one that has not closed.
    sessions = page.get_by_placeholder("ex: ")
    sessions.fill(str(session))
    sessions.press("Enter")
    page.get_by_role("button", name="Launch 1 run").click()
    expect(page.get_by_text("Launched run").first).to_be_visible()


def ended(page: Page, address: str, how: str) -> None:
    """Watch the list of runs until one has ended in a way in which none had."""
    page.goto(f"{address}/runs")
    expect(page.get_by_text(how, exact=True).first).to_be_visible()


def look_at(page: Page, picture: str) -> None:
    """Open one of the pictures behind Dagster's links, and see that it is drawn."""
    page.locator("tr", has_text=picture).get_by_text("Show Markdown").click()
    drawn = page.get_by_role("dialog").locator("img, svg").last
    expect(drawn).to_be_visible()
    assert (drawn.bounding_box() or {}).get("width", 0) > DRAWN_WIDTH


def all_green(page: Page, asset: str, *checks: str) -> None:
    """Every one of an asset's checks is shown, and passed."""
    for check in checks:
        page.goto(f"{asset}?view=checks&checkDetail={check}")
        expect(
            page.get_by_role("heading", name=check).or_(page.get_by_text(check).first).first
        ).to_be_visible()
        expect(page.get_by_text("Passed", exact=True).first).to_be_visible()


def repeat_the_session_before(root: Path, session: date, before: date) -> None:
    """Give each symbol of a day file the bar that it has in the file of the session before."""
    earlier, own = (rows_of(root, day) for day in (before, session))
    path = day_file(root, session)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, next(iter(own.values())))
        written.writeheader()
        for ticker, row in own.items():
            bar = earlier.get(ticker, row)
            written.writerow(bar | {"window_start": row["window_start"]})


def rows_of(root: Path, session: date) -> dict[str, dict[str, str]]:
    """The rows of a day file by ticker."""
    with gzip.open(day_file(root, session), "rt", encoding="utf-8", newline="") as file:
        return {row["ticker"]: row for row in csv.DictReader(file)}


@pytest.mark.usefixtures("history")
def test_an_evening_in_the_browser(
    market_root: Path,
    market: SimulatedMarket,
    newest: date,
    calendar: Calendar,
    database_url: str,
    tmp_path: Path,
    browser: Browser,
    screenshots: Path,
) -> None:
    def top() -> list[tuple]:
        with psycopg.connect(database_url) as connection:
            return connection.execute(TOP).fetchall()

    def photograph(name: str) -> None:
        page.screenshot(path=screenshots / f"up_{name}.png", animations="disabled")

    before = top()
    with dagster_up(tmp_path) as (address, log):
        for words in ("Serving dagster-webserver", "the source has sessions up to"):
            wait_until(lambda words=words: words in log.read_text(), f"the log says '{words}'")
        write_day(market_root, market.bars(newest))
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        expect.set_options(timeout=PATIENCE_SECONDS * 1000)

        materialize(page, address, newest)
        ended(page, address, "Success")
        photograph("runs")
        published = top()
        assert published != before

        page.goto(f"{address}/assets/scan_results?view=events")
        for ticker, _ in published[:3]:
            expect(page.get_by_role("cell", name=ticker, exact=True).first).to_be_visible()
        photograph("scan_table")
        for picture in PICTURES:
            look_at(page, f"picture_of_{picture}")
            photograph(picture)
            page.get_by_role("button", name="Close").click()
            expect(page.get_by_role("button", name="Close")).to_have_count(0)
        all_green(page, f"{address}/assets/daily_bars", *CHECKS)
        photograph("green_checks")
        all_green(page, f"{address}/assets/scan_results", "contributions_add_up")

        repeat_the_session_before(market_root, newest, calendar.before(newest, 1))
        materialize(page, address, newest)
        ended(page, address, "Failure")
        photograph("failed_run")
        page.goto(f"{address}/assets/daily_bars?view=checks&checkDetail={REPEATED}")
        expect(page.get_by_text("bars repeat the session before exactly").first).to_be_visible()
        photograph("failed_check")
        assert top() == published, "the old scan stands"
