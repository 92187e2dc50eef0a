"""A page opened in a browser that has no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize

IN_THE_PAGE = Path(__file__).with_name("in_the_page.js")
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

Photograph = Callable[[Page, str], None]


class Opened:
    """Pages of one address, what they complained of and what they asked for."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.complaints: list[str] = []
        self.asked_for: list[str] = []
        self._browser = browser
        self._address = address

    def __call__(self, viewport: ViewportSize = DESKTOP, **how: Any) -> Page:
        """Another page, by itself, with what the tests ask of it."""
        page = self._browser.new_context(viewport=viewport, offline=True, **how).new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.asked_for.append(request.url))
        page.goto(self._address)
        page.evaluate(IN_THE_PAGE.read_text(encoding="utf-8"))
        return page


def click_row(page: Page, at: int = 0) -> None:
    """Click one of the rows in the page, once the rows around it are painted."""
    row = page.locator("tr.row").nth(at)
    row.scroll_into_view_if_needed()
    page.evaluate("tests.painted(() => {})")
    row.click()
