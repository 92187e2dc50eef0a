"""The live vendor as a person with a key, with a wrong one, a small plan, or none meets it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import psycopg
import pytest
from commands import Technic

from technic_pipeline.defs import assets
from technic_pipeline.pipeline import READ_AGAIN
from technic_pipeline.services import Endpoints
from technic_pipeline.sessions import Calendar
from technic_pipeline.settings import load_settings
from technic_pipeline.simulated_exchange import Fault, SimulatedExchange, serve

KEY = "S3cret-key-of-a-person"


@pytest.fixture
def exchange(calendar: Calendar) -> SimulatedExchange:
    return SimulatedExchange(calendar, symbols=40, sessions=8, key=KEY)


@pytest.fixture
def vendor(
    exchange: SimulatedExchange,
    monkeypatch: pytest.MonkeyPatch,
    database_url: str,
    servers: Endpoints,
) -> Iterator[SimulatedExchange]:
    with serve(exchange) as url:
        for name, value in {
            "TECHNIC_DATABASE_URL": database_url,
            "TECHNIC_REDIS_URL": servers.redis_url,
            "TECHNIC_SOURCE": "massive",
            "TECHNIC_MASSIVE_URL": url,
            "TECHNIC_MASSIVE_PLAN": "advanced",
            "MASSIVE_API_KEY": KEY,
            "TECHNIC_SCANS": "swing",
        }.items():
            monkeypatch.setenv(name, value)
        load_settings.cache_clear()
        yield exchange


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("MASSIVE_API_KEY", "", "MASSIVE_API_KEY: is not set; get a key at"),
        ("MASSIVE_API_KEY", "wr0ng", "refuses the key in MASSIVE_API_KEY (Unknown API Key); copy"),
        ("MASSIVE_API_KEY", "two words", "holds characters that no key has"),
        ("TECHNIC_MASSIVE_PLAN", "gold", "no plan 'gold'; use free, starter"),
        ("TECHNIC_MASSIVE_URL", "api.massive.com", "is no address; write it as https://"),
    ],
)
@pytest.mark.usefixtures("vendor")
def test_what_is_wrong_with_the_settings_is_said_in_one_line(
    technic: Technic, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, says: str
) -> None:
    monkeypatch.setenv(setting, value)
    load_settings.cache_clear()
    ended = technic("run", "--from", _day(-2))
    assert (ended.status, len(ended.err.splitlines())) == (1, 1)
    assert says in ended.err
    assert KEY not in ended.err + ended.out


def _day(back: int) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415

    from technic_pipeline.sessions import load_calendar  # noqa: PLC0415

    calendar = load_calendar("XNYS")
    return str(calendar.before(calendar.last_closed(datetime.now(UTC)), -back))


def _number(query: str) -> int:
    with psycopg.connect(os.environ["TECHNIC_DATABASE_URL"]) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.usefixtures("vendor")
def test_a_session_older_than_the_plan_says_where_it_begins(technic: Technic) -> None:
    ended = technic("run", "--from", _day(-20), "--to", _day(-19))
    assert ended.status == 1
    assert "older than the plan of the key includes" in ended.err
    assert "begin later with --from" in ended.err


def test_a_run_brings_in_the_market_and_status_counts_its_calls(
    technic: Technic, vendor: SimulatedExchange
) -> None:
    assert technic("run", "--from", _day(-4)).status == 0
    assert _number("select count(*) from daily_bars") > 100
    said = technic("status").out
    assert f"{vendor.calls.total()}" in said
    assert "grouped daily 5" in said
    assert KEY not in said


def test_a_long_run_says_how_long_the_plan_makes_it(
    technic: Technic, vendor: SimulatedExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A free key, on a plan whose first call is refused so that nobody waits for the others.
    monkeypatch.setenv("TECHNIC_MASSIVE_PLAN", "free")
    load_settings.cache_clear()
    vendor.faults = [Fault("wrong_shape", path="/aggs", times=100)]
    ended = technic("run", "--from", _day(-7), "--to", _day(-1))
    assert (
        "7 sessions to fetch, one call each, and about 30 calls for lists: at least 0:07:24 "
        "on the plan 'free'; stopped, it goes on where it was"
    ) in ended.err.splitlines()
    assert ended.status == 1


def test_a_wrong_key_is_said_before_how_long_the_plan_would_take(
    technic: Technic, vendor: SimulatedExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TECHNIC_MASSIVE_PLAN", "free")
    monkeypatch.setenv("MASSIVE_API_KEY", "wr0ng")
    load_settings.cache_clear()
    ended = technic("run", "--from", _day(-300), "--to", _day(-1))
    assert (ended.status, len(ended.err.splitlines())) == (1, 1)
    assert "refuses the key in MASSIVE_API_KEY" in ended.err
    assert vendor.calls.total() == 1


def test_calls_of_a_run_that_fails_are_counted_too(
    technic: Technic, vendor: SimulatedExchange
) -> None:
    vendor.faults = [Fault("refused", path="/splits")]
    assert technic("run", "--from", _day(-2)).status == 1
    assert _number("select sum(calls) from vendor_calls") == vendor.calls.total() > 3


def test_the_next_sessions_are_fetched_while_these_are_worked_on(
    technic: Technic, vendor: SimulatedExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    from technic_pipeline.cli import materialize  # noqa: PLC0415

    monkeypatch.setattr(materialize, "SESSIONS_A_RUN", 2)
    fetched_when_following: list[int] = []
    following = assets.follow_changes

    def follow(*where: object) -> object:
        time.sleep(1.0)
        fetched_when_following.append(vendor.calls["/v2/aggs/grouped/locale/us/market/stocks"])
        return following(*where)

    monkeypatch.setattr(assets, "follow_changes", follow)
    assert technic("run", "--from", _day(-5), "--to", _day(0)).status == 0
    # Two a run; those of the next were there already, and never one twice.
    assert fetched_when_following[0] == 4
    again = READ_AGAIN * 2
    assert vendor.calls["/v2/aggs/grouped/locale/us/market/stocks"] == 6 + again
    published = technic("sql", "-c", "select count(distinct session) from scan_runs", "--csv").out
    assert published.splitlines()[-1] == "6"


def test_details_are_filled_only_from_the_vendor(
    technic: Technic, vendor: SimulatedExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    technic("run", "--from", _day(-2))
    ended = technic("reference", "fill")
    assert ended.status == 0
    assert "companies to ask for, one call each, two where the ticker was another" in ended.err
    assert sum(n for path, n in vendor.calls.items() if path.count("/") == 4) > 5
    monkeypatch.setenv("TECHNIC_SOURCE", "simulated")
    load_settings.cache_clear()
    refused = technic("reference", "fill")
    assert refused.status == 1
    assert "set TECHNIC_SOURCE=massive" in refused.err
