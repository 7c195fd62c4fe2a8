"""One store a module, embedded and on two shards, and in it a portal of its own for each test."""

import itertools
from collections.abc import Iterator

import pytest

from footfall.store.engine import Engine, open_engine
from footfall.store.migrate import migrate
from footfall.vocabulary import Goal, Hit, Portal
from tests.support.app_here import AppHere
from tests.support.build import Store, empty_tables, hit

IDS = itertools.count(1000)
GOALS = (
    Goal(id=1, portal_id=1, event_name="Signup", display_name="Signup"),
    Goal(id=2, portal_id=1, page_path="/blog/*", display_name="Visit /blog/*"),
    Goal(id=3, portal_id=1, page_path="/long", scroll_threshold=50, display_name="Read half"),
    Goal(id=4, portal_id=1, event_name="Buy", display_name="Bought big", custom_props={"plan": "big", "pay": "card"}),
)

ONE_STORE = pytest.mark.parametrize("engine", ["emptied_engine"], indirect=True, ids=["embedded"])
"""What is claimed is not about shards: its statements run on two of them in the tests beside."""


class Town(Store):
    """A portal's store whose hits are told by the clock of 2026-03-10."""

    def hit(self, time: str, visitor: int = 1, name: str = "pageview", path: str = "/", **rest: object) -> Hit:
        return hit(time if "T" in time else f"2026-03-10T{time}", visitor, name, path, portal=self.portal, **rest)


@pytest.fixture(scope="module", params=["embedded", pytest.param("cluster", marks=pytest.mark.cluster)])
def module_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    address = "chdb" if request.param == "embedded" else request.getfixturevalue("cluster_url")
    opened = open_engine(address, tmp_path_factory.mktemp("module"))
    migrate(opened)
    yield opened
    if opened.topology.cluster:
        empty_tables(opened)
    opened.close()


@pytest.fixture
def town(module_engine, tmp_path):
    """A function that opens a new portal in a time zone: ``town("Europe/Berlin")``."""

    def opened(timezone: str = "Etc/UTC", goals: tuple[Goal, ...] = GOALS) -> Town:
        id = next(IDS)
        portal = Portal(id=id, domain=f"portal{id}.example", umami_id="", timezone=timezone)
        return Town(module_engine, tmp_path / str(id), portal=portal, goals=goals)

    return opened


@pytest.fixture
def home(town):
    """A new portal in UTC with four goals."""
    return town()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppHere]:
    """A whole app for a module's tests of pages."""
    with AppHere(tmp_path_factory.mktemp("home")) as running:
        yield running
