"""The loop over days, on made-up visits whose next pages are known."""

from datetime import date
from itertools import count
from types import SimpleNamespace

import pytest

from footfall.interests.learning import Counts, learn
from footfall.serve import evaluating
from footfall.serve.evaluating import Past, Replay, sampled
from footfall.vocabulary import Portal
from tests.unit.interests.making import NOW_MS, item

ITEMS = [item(number) for number in range(1, 7)]
PORTAL = Portal(id=1, domain="portal.example", umami_id="", keep_events=30)
WALK = ("/1", "/2", "/1", "/2", "/3")
PAIRS = {("/1", "/2"): 120.0, ("/1", "/3"): 60.0, ("/2", "/3"): 60.0}
PAGES = {"/1": 130.0, "/2": 125.0, "/3": 120.0}
TODAY = date(2026, 9, 21)


class Learner:
    """Knows the same drawn numbers every day, and remembers which day was asked for."""

    def __init__(self):
        self.learned = []

    def learn_as_of(self, portal, items, day):
        self.learned.append(day)
        return learn(items, {portal.id: Counts(pairs=PAIRS, pages=PAGES)})


@pytest.fixture
def past(monkeypatch):
    """Of 120 visits a day that go from 1 to 2, back, and to 3; the 19th has fewer."""
    read = []

    def visit_paths(engine, site, days, most, **rest):
        read.append((*map(str, days), rest))
        of_day = {date(2026, 9, 17): 120, date(2026, 9, 18): 120, date(2026, 9, 19): 99, date(2026, 9, 20): 100}
        return [path for day, visits in of_day.items() if days[0] <= day <= days[1] for path in [WALK] * visits + [("/gone", "/1")] * 50]

    monkeypatch.setattr(evaluating, "visit_paths", visit_paths)
    learner = Learner()
    found = Past(SimpleNamespace(now=lambda: NOW_MS, engine=None), PORTAL, learner, ITEMS)
    return SimpleNamespace(past=found, learner=learner, read=read)


def replayed(past, days=3, k=2):
    told, ticks = [], count()
    found, left_out = past.past.replayed(Replay(days=days, k=k, least=100), told.append, lambda: next(ticks) / 1000)
    return found, left_out, told


def test_each_day_is_held_against_what_was_learned_of_the_days_before(past):
    assert past.past.today == TODAY
    found, left_out, told = replayed(past)
    assert (list(found), left_out) == ([date(2026, 9, 18), date(2026, 9, 20)], [date(2026, 9, 19)])
    assert [day.day for day in told] == [18, 19, 20]
    assert past.learner.learned == [date(2026, 9, 18), date(2026, 9, 20)]
    assert [read[:2] for read in past.read if not read[2]] == [("2026-08-22", "2026-09-17"), ("2026-08-22", "2026-09-19")]


def test_lists_find_the_new_page_and_never_what_was_just_seen(past):
    for ranks in replayed(past)[0][date(2026, 9, 20)].values():
        assert len(ranks.ranks) == 400
        assert set(ranks.ranks[~ranks.novel]) == {0}, "going back is not listed"
        assert set(ranks.ranks[ranks.novel]) == {1}, "2 after 1, and 3 after both"
        assert ranks.seconds == pytest.approx(0.001)


def test_one_visit_of_a_visitor_and_no_page_beyond_the_catalogue_is_asked(past):
    replayed(past, days=1)
    assert past.read == [("2026-09-20", "2026-09-20", {"each": 1}), ("2026-08-22", "2026-09-19", {})]


def test_nothing_is_read_of_before_events_are_kept(past, monkeypatch):
    monkeypatch.setattr(past.past, "_portal", Portal(id=1, domain="portal.example", umami_id="", keep_events=2))
    replayed(past, days=1)
    assert past.read[-1][:2] == ("2026-09-19", "2026-09-19")


@pytest.mark.parametrize(("clicks", "left"), [(10_000, 1_000), (500, 250), (100, 100), (1, 100)])
def test_a_sample_is_about_so_many_clicks_and_never_fewer_than_a_hundred_visits(clicks, left):
    assert len(sampled([[0, 1, 2]] * 1_000, clicks, 100)) == left
