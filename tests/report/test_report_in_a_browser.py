"""The page of a whole market, as a person uses it: in a browser, from a file, without a network."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest
from made_up import DAYS, ODD_NAME, made_up_report
from opening import DESKTOP, PHONE, Opened, Photograph, click_row
from playwright.sync_api import Page, ViewportSize

from technic_pipeline.report.content import Report
from technic_pipeline.report.embedding import cents
from technic_pipeline.report.page import render

# A wait that nobody notices.
MILLISECONDS = 100.0
# What the WCAG ask of small letters, level AA.
CONTRAST = 4.5
ROWS = 4_000
# What a cell says without a value.
MISSING = "\u2013"


@pytest.fixture(scope="module")
def report() -> Report:
    return made_up_report(ROWS)


@pytest.fixture(scope="module")
def address(report: Report, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the page is, as a browser names a file."""
    path = tmp_path_factory.mktemp("report") / f"{DAYS[-1]}.html"
    path.write_text(render(report), encoding="utf-8")
    return path.as_uri()


def tickers_in_sight(page: Page) -> list[str]:
    return page.locator("tr.row td.c-ticker button").all_text_contents()


def ranked_by(report: Report, column: str, *, down: bool) -> list[str]:
    """The tickers of the first scan by a column as the page rounds it; equals by rank."""
    values = np.round(report.securities[column].to_numpy(), 2)
    order = np.argsort(-values if down else values, kind="stable")
    return report.securities["ticker"].take(order).to_pylist()


@pytest.mark.parametrize(
    "title", ["Rank", "Moved", "Ticker", "Name", "Sector", "Close", "Score", "Rating", "Cap"]
)
def test_4000_rows_sort_without_a_wait(opened: Opened, title: str) -> None:
    page = opened()
    taken = [page.evaluate("title => tests.sort(title)", title) for _ in range(5)]
    assert median(taken) < MILLISECONDS, taken


def test_4000_rows_follow_every_letter_of_a_filter_without_a_wait(opened: Opened) -> None:
    page = opened()
    taken = [page.evaluate("w => tests.type(w)", "holdings"[: at + 1]) for at in range(8)]
    taken += [page.evaluate("w => tests.type(w)", words) for words in ("cx", "cxv", "cx", "")]
    assert median(taken) < MILLISECONDS, taken


@pytest.mark.parametrize(
    ("title", "column", "down"),
    [
        pytest.param("Close", "close", True, id="the dearest first"),
        pytest.param("Change", "change_pct", True, id="who rose most first"),
        pytest.param("Ticker", "ticker", False, id="tickers from A"),
    ],
)
def test_a_click_sorts_and_another_turns_the_order_around(
    opened: Opened, report: Report, title: str, column: str, down: bool
) -> None:
    page = opened()
    for way in (down, not down):
        page.get_by_role("columnheader", name=title).get_by_role("button").click()
        if column == "ticker":
            wanted = sorted(report.securities["ticker"].to_pylist(), reverse=way)
        else:
            wanted = ranked_by(report, column, down=way)
        shown = tickers_in_sight(page)
        assert shown == wanted[: len(shown)]


def test_what_is_missing_comes_last_whichever_way(opened: Opened) -> None:
    page = opened()
    for _ in range(2):
        page.get_by_role("columnheader", name="Cap").get_by_role("button").click()
        assert page.locator("tr.row td.c-cap").first.text_content() != MISSING
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.locator("tr.row[aria-rowindex='4001']").wait_for()
        assert page.locator("tr.row td.c-cap").last.text_content() == MISSING


def test_every_row_can_be_scrolled_to_and_only_those_in_sight_are_in_the_page(
    opened: Opened, report: Report
) -> None:
    page = opened()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator("tr.row[aria-rowindex='4001']").wait_for()
    assert tickers_in_sight(page)[-1] == report.securities["ticker"][-1].as_py()
    assert page.locator("tr.row").count() < 100


def test_filters_count_what_they_leave_and_can_be_cleared(opened: Opened, report: Report) -> None:
    page = opened()
    tickers = report.securities["ticker"].to_pylist()
    page.locator("#search").press_sequentially("cx")
    page.locator("#sector").select_option("Energy")
    page.locator("#price").fill("20")
    kept = [
        ticker
        for ticker, sector, close in zip(
            tickers,
            report.securities["sector"].to_pylist(),
            report.securities["close"].to_pylist(),
            strict=True,
        )
        if "CX" in ticker and sector == "Energy" and round(close, 2) >= 20
    ]
    assert 0 < len(kept) < 30
    assert page.locator("#shown").text_content() == f"{len(kept)} of 4,000"
    assert tickers_in_sight(page) == kept

    page.get_by_role("button", name="Clear").click()
    page.get_by_text("4,000 ranked").wait_for()
    assert tickers_in_sight(page)[:3] == tickers[:3]


def test_a_filter_that_nobody_fits_says_so(opened: Opened) -> None:
    page = opened()
    page.locator("#search").fill("no such company")
    assert page.locator("#rows tbody").text_content() == "No row fits these filters."
    assert page.locator("#shown").text_content() == "0 of 4,000"


def test_the_parts_of_a_symbol_add_up_to_its_score(opened: Opened, report: Report) -> None:
    page = opened()
    scores = (np.nansum(cents(report.scans[0].table.points), axis=1) / 100).round(2)
    for row in range(5):
        click_row(page, row)
        lines = page.locator("dialog .parts tr td:last-child").all_text_contents()
        *parts, score = [0.0 if line == MISSING else float(line) for line in lines]
        assert round(sum(parts), 2) == score == scores[row]
        page.get_by_role("button", name="Close", exact=True).last.click()


def test_a_name_full_of_markup_is_shown_letter_by_letter(opened: Opened) -> None:
    page = opened()
    click_row(page)
    assert page.locator("dialog .head p").first.text_content() == ODD_NAME
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()


def test_a_click_beside_a_symbol_closes_it_and_one_on_its_edge_does_not(opened: Opened) -> None:
    page = opened()
    click_row(page)
    edge = page.locator("dialog").bounding_box()
    assert edge
    page.mouse.click(edge["x"] + 5, 300)
    assert page.locator("dialog").is_visible()
    page.mouse.click(edge["x"] - 5, 300)
    assert not page.locator("dialog").is_visible()


def test_large_numbers_have_three_digits_and_a_unit(opened: Opened) -> None:
    cells = opened().locator("tr.row td.c-cap").all_text_contents()
    assert cells[:3] == ["1.00M", "950", "2.00T"]


def test_lists_of_what_changed_count_everyone_and_open(opened: Opened, report: Report) -> None:
    page = opened()
    entered, left = (page.locator("#lists > div").nth(at) for at in range(2))
    new = np.flatnonzero(report.scans[0].table.previous_rank == 0)
    tickers = report.securities["ticker"].take(new).to_pylist()
    assert entered.locator("h3").text_content() == f"Entered ({len(new)})"
    assert entered.locator("li button").all_text_contents() == tickers[:6]
    assert left.locator("h3").text_content() == "Left (50)"
    assert "Not above its sma 200was #3" in (left.locator("li").nth(2).text_content() or "")
    left.get_by_role("button", name="44 more").click()
    assert left.locator("li").count() == 30
    assert left.get_by_text("and 20 more").is_visible()


def test_a_stale_scan_a_first_one_and_one_that_ranked_nobody_say_so(opened: Opened) -> None:
    page = opened()
    assert not page.locator("#stale").is_visible()
    page.get_by_role("button", name="momentum").click()
    assert "inputs have changed" in (page.locator("#stale").text_content() or "")
    assert page.locator("#lists").text_content() == "No earlier session of this scan was published."
    assert page.locator("#shown").text_content() == "400 ranked"
    page.get_by_role("button", name="value").click()
    assert page.locator("#rows tbody").text_content() == "This scan ranked nobody."


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_letter_is_legible_and_nothing_scrolls_sideways(
    opened: Opened, viewport: ViewportSize, scheme: str, photograph: Photograph
) -> None:
    page = opened(viewport, color_scheme=scheme, device_scale_factor=2)
    photograph(page, f"{viewport['width']}_{scheme}")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    contrast, words = page.evaluate("tests.faintest()")
    assert contrast >= CONTRAST, words
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    page.evaluate("document.getElementById('ranking').scrollIntoView()")
    photograph(page, f"{viewport['width']}_{scheme}_table")
    click_row(page)
    contrast, words = page.evaluate("tests.faintest()")
    assert contrast >= CONTRAST, words
    assert page.evaluate("document.querySelector('dialog').scrollWidth") <= viewport["width"]
    photograph(page, f"{viewport['width']}_{scheme}_dialog")


def test_a_phone_sorts_by_a_list_since_it_has_no_room_for_every_column(
    opened: Opened, report: Report
) -> None:
    page = opened(PHONE)
    page.locator("#order").select_option("change down")
    shown = tickers_in_sight(page)
    assert shown == ranked_by(report, "change_pct", down=True)[: len(shown)]
