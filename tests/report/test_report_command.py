"""`technic report`: where the page is, and the page in a browser."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
import typer
from asking import told
from commands import Finished, Technic
from small_market import closes, load_session, publish_days

from technic_pipeline.cli import main
from technic_pipeline.scan.publishing import Market
from technic_pipeline.settings import load_settings


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a browser was asked to open."""
    addresses: list[str] = []
    monkeypatch.setattr(typer, "launch", addresses.append)
    return addresses


@pytest.fixture
def technic(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    market: Market,
    opened: list[str],
) -> Technic:
    """Runs `technic` with arguments on the small market."""
    assert opened == []
    monkeypatch.setenv("TECHNIC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TECHNIC_DATABASE_URL", market.url)
    monkeypatch.setenv("TECHNIC_REDIS_URL", market.redis_url)

    def run(*arguments: str) -> Finished:
        load_settings.cache_clear()
        monkeypatch.setattr(sys, "argv", ["technic", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Finished(int(ended.value.code or 0), captured.out, captured.err)

    return run


def test_the_page_of_the_newest_session_is_made_named_and_opened(
    technic: Technic, opened: list[str], days: list[date], tmp_path: Path
) -> None:
    ended = technic("report")
    path = tmp_path / "home" / "reports" / f"{days[-1]}.html"
    assert (ended.status, ended.out) == (0, f"{path}\n")
    assert opened == [path.as_uri()]
    assert f"Market scan of {days[-1]}" in path.read_text(encoding="utf-8")


def test_another_session_is_asked_for_and_nothing_opened(
    technic: Technic, opened: list[str], days: list[date]
) -> None:
    ended = technic("report", "--session", str(days[-2]), "--no-open")
    assert ended.status == 0
    assert f"Market scan of {days[-2]}" in Path(ended.out.strip()).read_text(encoding="utf-8")
    assert opened == []


def test_a_page_is_made_once_and_again_when_a_version_is_added(
    technic: Technic, market: Market, days: list[date]
) -> None:
    def made() -> tuple[int, int]:
        found = Path(technic("report", "--no-open").out.strip()).stat()
        return found.st_ino, found.st_mtime_ns

    first = made()
    assert made() == first
    load_session(market, days[-1], closes(15, 15) | {"T3": 26.0})
    publish_days(market, days[-1:])
    assert made() != first


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["--session", "2016-03-01"], "for 2016-03-01; run: ", id="not published"),
        pytest.param(["--session", "2016-03-05"], "for 2016-03-05; run: ", id="no session"),
        pytest.param(["--session", "today"], "'today' is not a date", id="no date"),
    ],
)
def test_what_cannot_be_shown_is_one_line_and_status_1(
    technic: Technic, opened: list[str], tmp_path: Path, arguments: list[str], says: str
) -> None:
    refused = technic("report", *arguments)
    assert (refused.status, refused.out, opened) == (1, "", [])
    assert refused.err.startswith("error: ")
    assert says in refused.err
    assert refused.err.count("\n") == 1
    assert not (tmp_path / "home" / "reports").exists()


def test_without_anything_published_it_says_how_to_begin(
    technic: Technic, opened: list[str], market: Market
) -> None:
    told(market.url, "truncate scan_runs cascade")
    refused = technic("report")
    assert (refused.status, refused.out, opened) == (1, "", [])
    assert refused.err == "error: scan 'swing' has not been published; run: technic run\n"


def test_a_page_that_has_no_place_is_said_in_one_line(technic: Technic, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "reports").write_text("in the way", encoding="utf-8")
    ended = technic("report", "--no-open")
    assert (ended.status, len(ended.err.splitlines())) == (1, 1)
    assert "set TECHNIC_HOME to another place" in ended.err
