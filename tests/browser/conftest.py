"""One server, one Chromium and one server of pages for all tests here; each test has a portal of its own, so its counts are exact."""

import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from footfall.serve.pages import live
from tests.browser.following import accepted, opened
from tests.browser.library import open_library
from tests.browser.portal import Pages, Portal, Visitor
from tests.support.server import Footfall, FootfallHere
from tests.support.waiting import LONG_S

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-blink-features=AutomationControlled",
    "--host-resolver-rules=MAP *.example 127.0.0.1",
    f"--user-agent={CHROME}",  # Playwright's own setting does not reach what a closing page sends
]
DISABLED = [
    # What Playwright names itself: of several such switches Chromium heeds the last.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    # Each new context is a window, and each window draws two pages for suggestions beside its address bar: 0.6 of its 0.9 s of work.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
]
numbers = itertools.count(1)
expect.set_options(timeout=LONG_S * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in item.nodeid:
            item.add_marker("browser")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Of the package, not the session: Playwright keeps an event loop running, which tests elsewhere need for themselves."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[*SWITCHES, f"--disable-features={','.join(DISABLED)}"],
            ignore_default_args=["--disable-back-forward-cache"],
        )
        browser.on("context", lambda context: context.set_default_timeout(LONG_S * 1000))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    running = Footfall(tmp_path_factory.mktemp("home"), now="2026-01-05T12:00:00Z", segment_age_ms="50", rate_limit_per_minute="0")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="package")
def pages() -> Iterator[Pages]:
    with Pages() as serving:
        yield serving


@pytest.fixture
def portal(server: Footfall, pages: Pages) -> Portal:
    domain = f"portal{next(numbers)}.example"
    site = server.call("POST", "/api/v1/sites", json={"domain": domain}).json()
    return Portal(server, pages, domain, site["id"], site["umami_id"])


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Visitor]:
    """A browser that has never been here, with an agent string that is no robot's."""
    visitor = Visitor(chromium.new_context())
    yield visitor
    visitor.context.close()
    assert visitor.complaints == [], "a page or a tracker raised an error"


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return visitor.page


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FootfallHere]:
    """The server of library.example, in this process."""
    running = open_library(tmp_path_factory.mktemp("city"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(live, "EVERY_S", 1.0)
        yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def state(city: FootfallHere, chromium: Browser) -> StorageState:
    """The browser's state once the invited operator has chosen a password and is in."""
    link = json.loads(city.run("operators", "add", "ann@example.city", "--role", "admin", "--json").stdout)["invitation"]
    return accepted(chromium, city.url + urlsplit(link).path)


@pytest.fixture
def open_page(city: FootfallHere, chromium: Browser, state: StorageState) -> Iterator[Callable[..., Page]]:
    """A page of the city as Ann sees it."""
    with opened(chromium, city.url, state) as open_at:
        yield open_at
