from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psycopg
import pytest
from commands import Technic
from dayfiles import write_day

from technic_pipeline.sources.flatfiles import DAY_FILES

FILE = DAY_FILES / "2016/01/2016-01-05.csv.gz"


def _truncate(root: Path) -> None:
    path = root / FILE
    path.write_bytes(path.read_bytes()[:-20])


def _ragged(root: Path) -> None:
    path = root / FILE
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b"AAA,1,2\n"))


def _header_only(root: Path) -> None:
    (root / FILE).write_bytes(
        gzip.compress(b"ticker,volume,open,close,high,low,window_start,transactions\n")
    )


def _missing(root: Path) -> None:
    (root / FILE).unlink()


def _of_another_day(root: Path) -> None:
    other = write_day(root, date(2016, 1, 6), {"AAA": 20.0})
    (root / FILE).write_bytes(other.read_bytes())


def _rows(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        return {
            table: connection.execute(f"select count(*) from {table}").fetchone()[0]  # type: ignore[index]
            for table in ("symbols", "daily_bars", "ingest_batches", "indicators", "scan_runs")
        }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--session", "2016-13-01"], "'2016-13-01' is not a date"),
        (["run", "--session", "yesterday"], "'yesterday' is not a date"),
        (["run", "--session", "2016-01-09"], "2016-01-09 is not a session of XNYS"),
        (["run", "--session", "1999-01-04"], "1999-01-04 is outside the calendar XNYS"),
        (["run", "--session", "2015-01-05"], "2015-01-05 is outside the source 'flatfiles'"),
        (["run", "--from", "2016-02-01", "--to", "2016-01-04"], "--from must not be after --to"),
        (["top"], "scan 'swing' has not been published; run: technic run"),
        (["top", "--session", "2016-02-01"], "has not been published for 2016-02-01"),
        (["explain", "AAA"], "scan 'swing' has not been published"),
        (["sql"], "give either a file or -c"),
        (["sql", "nowhere.sql"], "no file nowhere.sql; shipped queries are: "),
        (["sql", "-c", "select * from nothing"], 'relation "nothing" does not exist'),
        (
            ["verify", "--ticker", "AAA", "--all"],
            "give one of --sample, --ticker, --all and --from-payloads",
        ),
        (["verify", "--ticker", "XYZZY"], "no symbol bears the ticker 'XYZZY'"),
    ],
)
@pytest.mark.usefixtures("market")
def test_a_wrong_argument_is_answered_in_one_line(
    technic: Technic, database_url: str, arguments: list[str], says: str
) -> None:
    before = _rows(database_url)

    ended = technic(*arguments)

    assert ended.status == 1
    assert says in ended.err
    assert len(ended.err.splitlines()) == 1
    assert _rows(database_url) == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"select '\xff'", "is no text in UTF-8", id="another encoding"),
        pytest.param(b" " * 1_048_577, "has 1,048,577 bytes", id="longer than anybody writes"),
    ],
)
def test_a_file_that_holds_no_query_is_refused(
    technic: Technic, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "query.sql"
    path.write_bytes(content)
    ended = technic("sql", str(path))
    assert ended.status == 1
    assert f"{path}: {says}" in ended.err.replace("\n", "")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (_truncate, "not a whole gzip file"),
        (_ragged, "Expected 8 columns, got 3"),
        (_header_only, "holds no bars"),
        (_missing, "has no bars for the session 2016-01-05"),
        (_of_another_day, "wrong_session"),
    ],
)
def test_a_damaged_file_stops_the_run_at_its_session_and_leaves_whole_sessions(
    technic: Technic,
    market: Path,
    database_url: str,
    damage: Callable[[Path], None],
    says: str,
) -> None:
    damage(market)

    ended = technic("run", "--from", "2016-01-04", "--to", "2016-01-06")

    assert ended.status == 1
    assert says in ended.err
    assert len(ended.err.splitlines()) == 1
    rows = _rows(database_url)
    assert (rows["daily_bars"], rows["ingest_batches"]) == (7, 1), "only 2016-01-04 is there"
    assert rows["scan_runs"] == 0


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("TECHNIC_SOURCE", "bloomberg", "TECHNIC_SOURCE: Input should be 'massive', "),
        ("TECHNIC_CALENDAR", "XXXX", "TECHNIC_CALENDAR: no exchange 'XXXX'"),
        ("TECHNIC_FLATFILES_DIR", "/no/such/place", "/no/such/place: no such directory"),
        (
            "TECHNIC_SCANS",
            "swing,moon",
            "no scan named 'moon'; there are: breakout, mean_reversion, momentum, swing, value",
        ),
        ("TECHNIC_SCANS_DIR", "/no/such/place", "TECHNIC_SCANS_DIR is no directory"),
        (
            "TECHNIC_DATABASE_URL",
            "postgresql://nobody:secret@127.0.0.1:1/nothing",
            "cannot reach PostgreSQL",
        ),
    ],
)
@pytest.mark.usefixtures("market")
def test_a_wrong_setting_is_answered_in_one_line_before_anything_is_written(
    technic: Technic,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    says: str,
) -> None:
    monkeypatch.setenv(variable, value)

    ended = technic("run", "--session", "2016-01-04")

    assert ended.status == 1
    assert says in ended.err
    assert "secret" not in ended.err
    assert len(ended.err.splitlines()) == 1
    assert _rows(database_url)["daily_bars"] == 0


@pytest.mark.usefixtures("market")
def test_a_run_without_redis_says_so_and_goes_on(
    technic: Technic,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("TECHNIC_REDIS_URL", "redis://127.0.0.1:1")

    ended = technic("run", "--session", "2016-01-04")

    assert ended.status == 0
    assert "going on without a cache: cannot reach Redis" in caplog.text
    assert _rows(database_url)["indicators"] == 7


@pytest.mark.usefixtures("market")
def test_a_wrong_scan_definition_is_answered_with_its_line(
    technic: Technic, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "mine.toml").write_text("[weights]\ntrend = 1\nmagic = 2\n")
    monkeypatch.setenv("TECHNIC_SCANS_DIR", str(tmp_path / "scans"))

    ended = technic("run", "--session", "2016-01-04")

    assert ended.status == 1
    assert "mine.toml:3: no component 'magic'" in ended.err
    assert _rows(database_url)["daily_bars"] == 0


@pytest.mark.usefixtures("market")
def test_someone_elses_database_is_migrated_only_when_asked(
    technic: Technic, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TECHNIC_DATABASE_URL", empty_database_url)

    refused = technic("run", "--session", "2016-01-04")
    upgraded = technic("db", "upgrade")
    again = technic("db", "upgrade")

    assert "run: technic db upgrade" in refused.err
    assert "upgraded to revision" in upgraded.out
    assert "already at revision" in again.out
    assert technic("run", "--session", "2016-01-04").status == 0
