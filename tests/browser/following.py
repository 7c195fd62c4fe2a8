"""From one page to the next: what is read afterwards is of the page that was led to, and all of it is there."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, StorageState

from tests.support.waiting import until

__all__ = ["accepted", "fits", "follow", "opened", "press", "query"]


def follow(page: Page, place: str | Locator) -> None:
    """Click what leads to another page, and wait until that has loaded: a click alone ends when its address is known."""
    with page.expect_event("load"):  # TRICKY: expect_navigation takes the history that htmx rewrites for one
        page.click(place) if isinstance(place, str) else place.click()


def press(page: Page, key: str) -> None:
    """The same by a key."""
    with page.expect_event("load"):
        page.keyboard.press(key)


def fits(page: Page) -> bool:
    """Whether the page is no wider than its window: soon, since a graph is drawn again a frame after its place grew narrower."""
    return bool(until(lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth")))


def query(page: Page) -> dict[str, list[str]]:
    """Of the page's address."""
    return parse_qs(urlsplit(page.url).query)


def accepted(browser: Browser, invitation: str, password: str = "a long password 7", **options: Any) -> StorageState:
    """The state of a browser in which an invited operator has chosen a password, and is in."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(invitation)
    page.fill("[name=name]", "Ann")
    page.fill("[name=password]", password)
    page.fill("[name=again]", password)
    follow(page, "main button")
    page.wait_for_url("**/account")
    kept = context.storage_state()
    context.close()
    return kept


@contextmanager
def opened(browser: Browser, url: str, state: StorageState) -> Iterator[Callable[..., Page]]:
    """A function that opens a page of the server as whoever ``state`` is of.

    Every error on it, but for what ``excused`` fits, and every request that leaves for another host, fails the test.
    """
    contexts, faults = [], list[str]()

    def open_at(path: str, *, excused: str = "(?!)", **options: Any) -> Page:
        context = browser.new_context(storage_state=state, **({"viewport": {"width": 1280, "height": 900}, "locale": "en-US"} | options))
        contexts.append(context)
        page = context.new_page()

        def note(message: ConsoleMessage) -> None:
            if message.type == "error" and not re.search(excused, message.text):
                faults.append(message.text)

        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", note)
        page.on("request", lambda request: None if request.url.startswith((url, "data:")) else faults.append(request.url))
        page.goto(url + path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert faults == []
