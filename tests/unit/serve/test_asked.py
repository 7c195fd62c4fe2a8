"""Every question to events under ``staff`` is noted with who asked it, what and when; and no answer."""

import pytest

from footfall.control.asked import KEPT_DAYS, list_asked, put_asked
from footfall.control.audit import acting_as
from footfall.control.database import open_control
from footfall.errors import Unavailable
from footfall.reports.question import parse
from footfall.serve import asked as noting
from footfall.serve.asked import EVERYWHERE, Noted
from tests.support.build import ms

NOON = ms("2026-03-31T12:00:00")


class Place:
    def __init__(self, control):
        self.control, self.now_ms = control, NOON
        self.portal = control.create_portal(domain="a.example", timezone="Etc/UTC")
        self.noted = Noted(control, lambda: self.now_ms)

    def question(self, *dimensions, filters=(), date_range="day"):
        body = {"metrics": ["visitors"], "dimensions": list(dimensions), "date_range": date_range, "filters": list(filters)}
        return parse(body, portal=self.portal, goals=(), now_ms=NOON)

    def kept(self):
        return [(one.who, one.portal_id, one.first, one.last, one.filters, one.what) for one in list_asked(self.control)]


@pytest.fixture
def place(tmp_path):
    opened = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: NOON)
    yield Place(opened)
    opened.close()


def test_questions_of_one_page_are_one_entry_with_filters_and_their_values(place):
    colleague = ["is", "visit:city", ["Small Village"]]
    with acting_as("ann@example.city"):
        for dimension in ("visit:browser", "event:page", "visit:browser"):
            place.noted.note(place.question(dimension, filters=[colleague]), "staff")
        place.noted.note(place.question(), "staff")
    with acting_as("key reader"):
        place.noted.note(place.question(date_range=["2026-03-01", "2026-03-02"]), "staff", "journey /divorce")
        place.noted.note_now(place.portal.id, "staff")
        place.noted.note_overview(place.question().period.first, place.question().period.last, "staff")
    assert place.kept() == [], "nothing is written while a page is made"
    place.noted.write()
    today = "2026-03-31"
    assert sorted(place.kept()) == [
        ("ann@example.city", 1, today, today, "", "total"),
        ("ann@example.city", 1, today, today, '[["is","visit:city",["Small Village"]]]', "event:page, visit:browser"),
        ("key reader", EVERYWHERE, today, today, "", "overview"),
        ("key reader", 1, "2026-03-01", "2026-03-02", "", "journey /divorce"),
        ("key reader", 1, "now", "now", "", "now"),
    ]
    assert {one.at_ms for one in list_asked(place.control)} == {NOON}
    place.noted.write()
    assert len(place.kept()) == 5


@pytest.mark.parametrize("policy", ["exact", "outside", "city", "open"])
def test_only_what_staff_ask_of_events_is_noted(place, policy):
    place.noted.note(place.question(), policy)
    place.noted.note_now(place.portal.id, policy)
    place.noted.note_overview(place.question().period.first, place.question().period.last, policy)
    place.noted.write()
    assert place.kept() == []


def test_what_could_not_be_written_waits_with_its_time(place, monkeypatch):
    place.noted.note(place.question(), "staff")
    with monkeypatch.context() as patch:

        def away(*given):
            raise Unavailable("The database is away.")

        patch.setattr(noting, "put_asked", away)
        with pytest.raises(Unavailable):
            place.noted.write()
    place.now_ms += 60_000
    place.noted.write()
    assert [one.at_ms for one in list_asked(place.control)] == [NOON]


def test_entries_are_read_a_page_at_a_time_of_ones_own_portals_and_end_after_ninety_days(place):
    other = place.control.create_portal(domain="b.example")
    for portal, at_ms in ((place.portal, NOON), (other, NOON + 1), (place.portal, NOON + 2)):
        place.portal, place.now_ms = portal, at_ms
        place.noted.note(place.question(), "staff")
        place.noted.write()
    newest, *older = list_asked(place.control, most=3)
    assert list_asked(place.control, before=newest.id, most=1) == older[:1]
    assert [one.at_ms for one in list_asked(place.control, portals=[other.id])] == [NOON + 1]
    put_asked(place.control, [], NOON + 2 + KEPT_DAYS * 86_400_000)
    assert [one.at_ms for one in list_asked(place.control)] == [NOON + 2]
