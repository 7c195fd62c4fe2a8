"""The portal index: every name, one look at the database a second, and at once on a miss."""

import pytest

from footfall.control.index import MISSES_A_SECOND, PortalIndex
from footfall.errors import Unavailable
from footfall.vocabulary import Portal

LIBRARY = Portal(id=1, domain="library.example", domains=("books.example",), umami_id="6f1c")
PARKS = Portal(id=2, domain="парки.рф", umami_id="77aa")


class Source:
    """A control database that counts how often it is asked."""

    def __init__(self, *portals):
        self.found, self.number, self.now = portals, 1, 0
        self.loads = self.asked = 0
        self.away = False

    def load(self):
        self.loads += 1
        return self.found

    def version(self):
        self.asked += 1
        if self.away:
            raise Unavailable("away")
        return self.number

    def index(self):
        return PortalIndex(self.load, self.version, lambda: self.now)

    def add(self, *portals):
        self.found, self.number = (*self.found, *portals), self.number + 1


@pytest.mark.parametrize("name", ["library.example", "WWW.Library.example", "books.example"])
def test_portal_is_known_by_each_of_its_domains(name):
    assert Source(LIBRARY).index().by_domain(name) is LIBRARY


def test_portal_is_known_by_id_and_umami_id():
    index = Source(LIBRARY).index()
    assert (index.by_id(1), index.by_umami_id("6F1C"), index.by_id(2)) == (LIBRARY, LIBRARY, None)


def test_international_domain_is_known_in_both_spellings():
    index = Source(PARKS).index()
    assert index.by_domain("xn--80aqfsg.xn--p1ai") is index.by_domain("парки.рф") is PARKS


def test_known_names_cost_one_look_a_second():
    source = Source(LIBRARY)
    index = source.index()
    for source.now in range(0, 3000, 10):
        index.by_domain("library.example")
    assert (source.asked, source.loads) == (3, 1)


def test_portal_made_just_now_is_known_at_once():
    source = Source(LIBRARY)
    index = source.index()
    assert index.by_id(2) is None
    source.add(PARKS)
    assert index.by_id(2) is PARKS


def test_unknown_names_ask_at_most_twenty_times_a_second():
    source = Source(LIBRARY)
    index = source.index()
    for _ in range(500):
        assert index.by_domain("nobody.example") is None
    assert source.asked == 1 + MISSES_A_SECOND
    source.now += 1000
    index.by_domain("nobody.example")
    assert source.asked == 1 + MISSES_A_SECOND + 2


def test_refresh_from_a_thread_keeps_look_ups_off_the_database():
    source = Source(LIBRARY)
    index = source.index()
    for source.now in range(0, 5000, 500):
        index.refresh()
        before = source.asked
        index.by_domain("library.example")
        assert source.asked == before


def test_removed_portal_is_forgotten():
    source = Source(LIBRARY, PARKS)
    index = source.index()
    assert index.by_id(2) is PARKS
    source.found, source.number, source.now = (LIBRARY,), 2, 1000
    assert index.by_id(2) is None


def test_portals_stay_known_while_the_database_is_away():
    source = Source(LIBRARY)
    index = source.index()
    index.refresh()
    source.away, source.now = True, 5000
    assert index.by_domain("library.example") is LIBRARY
    assert index.by_domain("nobody.example") is None
