"""A page is made anew when what it shows has changed, and replaced at once or not at all."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest
from asking import told
from small_market import closes, load_session, publish_days

from technic_pipeline.errors import PageNotWritten
from technic_pipeline.report import files, versions
from technic_pipeline.report.files import WrittenReport, is_current, report_path, write_report
from technic_pipeline.report.versions import ShownVersion, read_versions
from technic_pipeline.scan.publishing import Market


@pytest.fixture
def shown(url: str, days: list[date]) -> tuple[ShownVersion, ...]:
    return read_versions(url, days[-1])


@pytest.fixture
def written(
    market: Market, tmp_path: Path, days: list[date], shown: tuple[ShownVersion, ...]
) -> WrittenReport:
    """The page of the newest session."""
    return write_report(market.url, tmp_path, days[-1], market.calendar, shown)


def test_a_page_lies_below_the_home_under_its_session_for_everyone_to_read(
    written: WrittenReport, tmp_path: Path, days: list[date]
) -> None:
    assert written.path == report_path(tmp_path, days[-1])
    assert written.path == tmp_path.resolve() / "reports" / f"{days[-1]}.html"
    assert written.size == written.path.stat().st_size
    assert written.rows == 22
    assert stat.S_IMODE(written.path.stat().st_mode) == 0o644
    assert written.path.read_text(encoding="utf-8").endswith("</html>\n")


def test_a_page_is_current_until_a_version_is_added(
    written: WrittenReport, market: Market, days: list[date], shown: tuple[ShownVersion, ...]
) -> None:
    assert is_current(written.path, shown)
    publish_days(market, days[-1:])
    assert is_current(written.path, read_versions(market.url, days[-1])), "equal inputs"
    load_session(market, days[-1], closes(15, 15) | {"T3": 26.0})
    publish_days(market, days[-1:])
    assert not is_current(written.path, read_versions(market.url, days[-1]))


def test_a_page_is_not_current_once_a_version_of_it_is_stale(
    written: WrittenReport, url: str, days: list[date]
) -> None:
    told(url, "update scan_runs set stale_since = now() where scan = 'gaps'")
    assert not is_current(written.path, read_versions(url, days[-1]))


def test_a_page_is_not_current_once_the_program_has_changed(
    written: WrittenReport, shown: tuple[ShownVersion, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "_program_sha256", lambda: "another")
    assert not is_current(written.path, shown)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="there is none"),
        pytest.param(b"", id="an empty one"),
        pytest.param(b"\xff\xfe something else", id="no text at all"),
    ],
)
def test_what_is_no_page_is_not_current(
    tmp_path: Path, shown: tuple[ShownVersion, ...], content: bytes | None
) -> None:
    path = tmp_path / "page.html"
    if content is not None:
        path.write_bytes(content)
    assert not is_current(path, shown)


def test_whoever_has_a_page_open_keeps_the_whole_of_it_while_it_is_replaced(
    written: WrittenReport, market: Market, tmp_path: Path, days: list[date]
) -> None:
    written.path.write_bytes(b"the page of before")
    with written.path.open("rb") as reader:
        again = write_report(
            market.url, tmp_path, days[-1], market.calendar, read_versions(market.url, days[-1])
        )
        assert reader.read() == b"the page of before"
    assert [each.name for each in again.path.parent.iterdir()] == [again.path.name]


@pytest.mark.parametrize("step", ["chmod", "replace"])
def test_a_failure_leaves_the_old_page_and_nothing_beside_it(
    written: WrittenReport,
    market: Market,
    tmp_path: Path,
    days: list[date],
    shown: tuple[ShownVersion, ...],
    step: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = written.path.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, step, refuse)
    with pytest.raises(PageNotWritten, match="No space left"):
        write_report(market.url, tmp_path, days[-1], market.calendar, shown)
    assert [each.name for each in written.path.parent.iterdir()] == [written.path.name]
    assert written.path.read_bytes() == before


def test_a_page_that_cannot_be_made_is_not_begun(
    market: Market,
    tmp_path: Path,
    days: list[date],
    shown: tuple[ShownVersion, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError("not today")

    monkeypatch.setattr(files, "render", fail)
    with pytest.raises(RuntimeError, match="not today"):
        write_report(market.url, tmp_path, days[-1], market.calendar, shown)
    assert list((tmp_path / "reports").iterdir()) == []
