"""From one page to the next: what is read afterwards is of the page that was led to, and all of it is there."""

from playwright.sync_api import Locator, Page

__all__ = ["follow", "press"]


def follow(page: Page, place: str | Locator) -> None:
    """Click what leads to another page, and wait until that has loaded: a click alone ends when its address is known."""
    with page.expect_event("load"):  # TRICKY: expect_navigation takes the history that htmx rewrites for one
        page.click(place) if isinstance(place, str) else place.click()


def press(page: Page, key: str) -> None:
    """The same by a key."""
    with page.expect_event("load"):
        page.keyboard.press(key)
