"""What memory holds never changes which visit a hit joins; it only saves questions to the store."""

import itertools
from datetime import date

import msgspec
import pytest

from footfall.store.batches import assigned
from footfall.store.open_visits import REACH_MS, OpenVisits
from footfall.store.visits import Visit
from tests.support.build import hit, ms


class StoreOf:
    """Answers the two questions of OpenVisits from a list of visits, and remembers what it was asked."""

    def __init__(self, *visits):
        self.visits, self.asked, self.longest = visits, [], 0

    def query(self, sql, parameters=None, *, name=""):
        self.asked.append((name, parameters))
        if name == "stored_visits":
            seen, numbers = [visit.seen_ms for visit in self.visits], [visit.number for visit in self.visits]
            return [(1, max(seen), max(numbers), self.longest)] if self.visits else []
        found = [visit for visit in self.visits if visit.visitor in parameters["visitors"]]
        return [
            (date.fromisoformat(v.day), v.visitor, v.visit, v.number, v.version, v.first_ms, v.last_ms, v.seen_ms, False)
            + (v.pageviews, v.events, v.interactive, v.entry_page, v.exit_page, v.entry_hostname, v.exit_hostname)
            + ("",) * 16
            for v in found
        ]

    def questions(self, name):
        return [parameters for asked, parameters in self.asked if asked == name]


def visit(time, visitor=1, number=7):
    return Visit(1, time[:10], visitor, number, 0, ms(time), ms(time), ms(time), b"}\n", 1)


def test_a_visit_of_an_earlier_process_is_read_back():
    store = StoreOf(visit("2026-03-10T10:00:00"))
    visits = OpenVisits(store)
    visits.recall([hit("2026-03-10T10:10:00")])
    assert visits.latest(hit("2026-03-10T10:10:00")).visit == 7


def test_an_empty_store_is_asked_once_a_portal():
    store = StoreOf()
    visits = OpenVisits(store)
    for visitor in range(1, 5):
        visits.recall([hit("2026-03-10T10:10:00", visitor=visitor)])
    assert [name for name, _ in store.asked] == ["stored_visits"]


def test_portals_of_a_batch_are_learned_in_one_question():
    store = StoreOf()
    hits = [msgspec.structs.replace(hit("2026-03-10T10:10:00"), site=site) for site in (1, 2, 3, 2)]
    OpenVisits(store).recall(hits)
    assert store.questions("stored_visits") == [{"sites": [1, 2, 3]}]


def test_a_hit_that_no_stored_visit_could_reach_asks_nothing():
    store = StoreOf(visit("2026-03-10T10:00:00"))
    visits = OpenVisits(store)
    visits.recall([hit("2026-03-10T10:31:00.001")])
    assert store.questions("open_visits") == []
    visits.recall([hit("2026-03-10T10:31:00")])
    assert [asked["visitors"] for asked in store.questions("open_visits")] == [[1]]


def test_memory_stands_over_the_store():
    store = StoreOf(visit("2026-03-10T10:00:00", number=7))
    visits = OpenVisits(store)
    visits.put(visit("2026-03-10T10:05:00", number=8))
    visits.recall([hit("2026-03-10T10:10:00")])
    assert visits.latest(hit("2026-03-10T10:10:00")).visit == 8


def test_hits_without_visit_detail_ask_nothing():
    store = StoreOf(visit("2026-03-10T10:00:00"))
    OpenVisits(store).recall([hit("2026-03-10T10:10:00", visitor=0)])
    assert store.asked == []


def test_days_asked_for_are_those_around_the_hits():
    store = StoreOf(visit("2026-03-20T10:00:00"))
    OpenVisits(store).recall([hit("2026-03-10T00:30:00"), hit("2026-03-12T10:00:00", visitor=2)])
    (asked,) = store.questions("open_visits")
    assert (asked["from_day"], asked["to_day"]) == (date(2026, 3, 8), date(2026, 3, 14))


def test_days_asked_for_reach_back_as_far_as_the_portals_longest_visit():
    store = StoreOf(visit("2026-03-20T10:00:00"))
    store.longest = 20
    visits = OpenVisits(store)
    visits.recall([hit("2026-03-20T10:00:00")])
    (asked,) = store.questions("open_visits")
    assert (asked["from_day"], asked["to_day"]) == (date(2026, 2, 27), date(2026, 3, 22))


def test_many_visitors_are_asked_for_in_parts():
    store = StoreOf(visit("2026-03-10T10:00:00"))
    OpenVisits(store).recall([hit("2026-03-10T10:00:00", visitor=number) for number in range(1, 12_002)])
    assert [len(asked["visitors"]) for asked in store.questions("open_visits")] == [5000, 5000, 2001]


@pytest.mark.parametrize(("seen", "questions"), [("2026-03-10T10:00:00", [[1, 2, 3]]), ("2026-03-10T09:00:00", [])])
def test_segments_of_a_batch_are_read_in_parts_unless_the_store_must_be_asked(monkeypatch, seen, questions):
    monkeypatch.setattr("footfall.store.batches.CHUNK", 1)
    store, read, ids = StoreOf(visit(seen, visitor=9)), [], itertools.count(1)
    visits = OpenVisits(store)
    recall = visits.recall
    monkeypatch.setattr(visits, "recall", lambda hits: read.append(len(hits)) or recall(hits))
    segments = [[[hit("2026-03-10T10:10:00", visitor=number)]] for number in (1, 2, 3)]
    assert assigned(["a", "b", "c"], segments, visits, lambda site: (next(ids), 0)).rows == [1, 1, 1]
    assert [sorted(asked["visitors"]) for asked in store.questions("open_visits")] == questions
    assert read == ([3] if questions else [1, 1, 1])


@pytest.mark.parametrize(("now", "kept"), [("2026-03-10T10:41:00", 1), ("2026-03-10T10:41:00.001", 0)])
def test_visits_that_are_over_leave_memory_after_ten_minutes_more(now, kept):
    visits = OpenVisits(StoreOf())
    visits.recall([hit("2026-03-10T10:00:00")])
    visits.put(visit("2026-03-10T10:00:00"))
    visits.prune(ms(now))
    assert len(visits) == kept


def test_above_the_limit_the_longest_untouched_leave_first_and_are_found_again():
    store = StoreOf()
    visits = OpenVisits(store, limit=2)
    visits.recall([hit("2026-03-10T10:00:00")])
    first, *_ = made = [visit("2026-03-10T10:00:00", visitor=number, number=number) for number in (1, 2, 3)]
    for one in made:
        visits.put(one)
    visits.put(first)
    visits.prune(ms("2026-03-10T10:00:01"))
    assert len(visits) == 2
    store.visits = made
    assert visits.latest(hit("2026-03-10T10:05:00", visitor=2)) is None
    visits.recall([hit("2026-03-10T10:05:00", visitor=2)])
    assert visits.latest(hit("2026-03-10T10:05:00", visitor=2)).visit == 2


def test_what_left_memory_is_asked_for_only_while_a_hit_could_reach_it():
    store = StoreOf()
    visits = OpenVisits(store)
    visits.recall([hit("2026-03-10T10:00:00")])
    visits.put(visit("2026-03-10T10:00:00"))
    visits.prune(ms("2026-03-10T12:00:00"))
    visits.recall([hit("2026-03-10T12:00:00")])
    assert store.questions("open_visits") == []
    late = ms("2026-03-10T10:00:00") + REACH_MS
    visits.recall([hit("2026-03-10T10:31:00")])
    assert late == ms("2026-03-10T10:31:00")
    assert len(store.questions("open_visits")) == 1


def test_numbers_go_on_from_those_in_the_store():
    visits = OpenVisits(StoreOf(visit("2026-03-10T10:00:00")))
    assert [visits.next_number(1), visits.next_number(1)] == [1, 2]
    assert OpenVisits(StoreOf()).next_number(1) == 0
