"""Days that are known to lie in a range whole are read without their times; every answer is as if all times had been looked at."""

from datetime import date
from random import Random

import msgspec
import pytest

from footfall.reports import question, run, whole_days
from footfall.reports.compose import events_statement, visits_statement
from footfall.reports.whole_days import Days
from footfall.vocabulary import Goal, Portal
from tests.support.build import Store, hit, ms
from tests.support.rolling import NOW, roll, sorted_rows, traffic
from tests.support.snapshots import snapshot

ZONES = ("Europe/Berlin", "Asia/Kathmandu", "Etc/UTC")
PORTALS = tuple(Portal(id=number, domain=f"p{number}.example", umami_id="", timezone=zone) for number, zone in enumerate(ZONES, start=1))
BERLIN = PORTALS[0]
WEEK, UNTIL_TODAY = ["2026-03-27", "2026-03-30"], ["2026-03-27", "2026-03-31"]
RANGES = (WEEK, ["2026-03-29", "2026-03-29"], ["2026-03-29", "2026-03-30"], UNTIL_TODAY)
GOALS = (
    Goal(id=1, portal_id=1, event_name="Click", display_name="Click"),
    Goal(id=2, portal_id=1, page_path="/a", scroll_threshold=0, display_name="Read"),
)
DEVICE, COUNTRY = ["is", "visit:device", ["a"]], ["is_not", "visit:country", ["b"]]
FILTERS = (
    [],
    [DEVICE],
    [DEVICE, COUNTRY],
    [COUNTRY, ["is", "event:page", ["/a", "/b"]]],
    [["or", [DEVICE, ["contains", "visit:exit_page", ["c"]]]]],
    [["has_done", ["is", "event:name", ["Click"]]]],
    [["is", "event:goal", ["Read"]]],
)
VISIT_METRICS = ("visitors", "visits", "bounce_rate", "visit_duration")
EVENT_METRICS = ("visitors", "visits", "pageviews", "events")
BY_VISIT = ((), ("visit:source",), ("time:day",), ("visit:entry_page",), ("time:hour",), ("visit:source", "time:week"))
BY_EVENT = ((), ("event:page",), ("time:day",), ("time:month",), ("visit:device", "time:day"), ("event:goal",))


@pytest.fixture
def engine(emptied_engine):
    """Embedded: on two shards nothing but times decides."""
    return emptied_engine


@pytest.fixture
def store(engine, tmp_path):
    """Four days of a portal in Berlin, in two segments, rolled up but for the last; parts are not merged."""
    found = Store(engine, tmp_path, portal=BERLIN)
    hits = traffic(BERLIN, 1)
    found.load(*hits[: len(hits) // 2])
    found.load(*hits[len(hits) // 2 :])
    roll(engine, BERLIN)
    return found


@pytest.fixture
def both(engine, monkeypatch):
    """A function that answers a question by whole days and by times, and says what days were known."""

    def answered(portal, body):
        asked = question.parse({"site_id": portal.domain} | body, portal=portal, goals=GOALS, now_ms=ms(NOW))
        known = []
        with monkeypatch.context() as patch:
            patch.setattr(run, "rolled_statement", lambda *given: None)
            patch.setattr(whole_days, "MANY_ROWS", 0)
            patch.setattr(run, "days_around", lambda *given: known.append(whole_days.days_around(*given)) or known[-1])
            by_days = sorted_rows(run.answer(asked, engine).rows)
            patch.setattr(run, "days_around", lambda *given: None)
            by_times = sorted_rows(run.answer(asked, engine).rows)
        assert by_days == by_times, (portal.timezone, body, known)
        return by_times, known

    return answered


def made_up(chance):
    by_visits = chance.random() < 0.5
    return {
        "date_range": chance.choice(RANGES),
        "filters": chance.choice(FILTERS),
        "metrics": list(VISIT_METRICS if by_visits else EVENT_METRICS),
        "dimensions": list(chance.choice(BY_VISIT if by_visits else BY_EVENT)),
    }


def numbers(days):
    return [day.day for day in days]


def test_answers_are_those_of_looking_at_every_time(engine, store, both):
    for seed, portal in enumerate(PORTALS[1:], start=2):
        store.load(*traffic(portal, seed))
        roll(engine, portal)
    chance, known, rows = Random(2), [], 0
    for number in range(30):
        found, days = both(PORTALS[number % len(PORTALS)], made_up(chance))
        known += [one for one in days if one is not None]
        rows += len(found)
    assert rows > 100
    assert any(not one.partial for one in known)
    assert any(one.partial for one in known)


def test_a_late_event_makes_its_day_one_that_is_looked_at(engine, store, both):
    body = {"date_range": WEEK, "filters": [DEVICE], "metrics": ["visitors", "pageviews"], "dimensions": ["time:day"]}
    _, (days, *_) = both(BERLIN, body)
    assert (numbers(days.whole), days.partial) == ([27, 28, 29, 30], ())
    store.load(hit("2026-03-29T12:00:00", visitor=77, device="a", portal=BERLIN))
    found, (days, *_) = both(BERLIN, body)
    assert (numbers(days.whole), numbers(days.partial)) == ([27, 28], [29, 30])
    assert roll(engine, BERLIN) == 2
    assert both(BERLIN, body)[0] == found


def test_a_visit_over_midnight_is_found_on_both_sides_of_it(engine, store, both):
    store.load(
        hit("2026-03-28T22:50:00", visitor=78, source="night", portal=BERLIN),
        hit("2026-03-28T23:10:00", visitor=78, path="/late", portal=BERLIN),
    )
    roll(engine, BERLIN)
    body = {"filters": [["is", "visit:source", ["night"]]], "metrics": ["visitors", "visits", "views_per_visit"]}
    for day in ("2026-03-28", "2026-03-29"):
        rows, known = both(BERLIN, body | {"date_range": [day, day]})
        assert [row[1] for row in rows] == [(1, 1, 2.0)]
        assert known[0].partial
        pages, _ = both(BERLIN, body | {"date_range": [day, day], "metrics": ["visitors", "pageviews"], "dimensions": ["event:page"]})
        assert [row[:2] for row in pages] == [(("/",) if day == "2026-03-28" else ("/late",), (1, 1))]


def test_days_of_a_portal_that_moved_to_another_zone_are_looked_at(engine, store, both):
    moved = Portal(id=1, domain="p1.example", umami_id="", timezone="Asia/Tokyo")
    assert roll(engine, moved) > 0
    chance = Random(3)
    for _ in range(6):
        _, known = both(moved, made_up(chance))
        assert all(one is None or not one.whole or one.partial for one in known)


def test_a_small_portal_and_a_cluster_are_not_asked_for_whole_days(engine, store, monkeypatch):
    asked = question.parse(
        {"site_id": BERLIN.domain, "date_range": WEEK, "metrics": ["visitors"], "filters": [DEVICE]},
        portal=BERLIN,
        goals=(),
        now_ms=ms(NOW),
    )
    assert whole_days.days_around("visits", asked, engine) is None
    monkeypatch.setattr(whole_days, "MANY_ROWS", 0)
    assert whole_days.days_around("visits", asked, engine) is not None
    engine.topology = msgspec.structs.replace(engine.topology, cluster="x")
    assert whole_days.days_around("visits", asked, engine) is None


@pytest.mark.parametrize("compose", [events_statement, visits_statement])
def test_composed_sql_is_the_reviewed_one(compose):
    body = {
        "site_id": BERLIN.domain,
        "date_range": WEEK,
        "metrics": ["visitors", "visits"],
        "filters": [DEVICE, ["is", "event:page", ["/a"]]],
    }
    asked = question.parse(body | {"dimensions": ["time:day"]}, portal=BERLIN, goals=(), now_ms=ms(NOW))
    days = [date(2026, 3, number) for number in range(27, 32)]
    for name, known in (
        ("whole", Days(whole=tuple(days[:4]))),
        ("partial", Days(whole=tuple(days[:2] + days[3:4]), partial=(days[2], days[4]))),
    ):
        statement = compose(asked, known)
        text = statement.sql + "".join(f"\n--   {{{key}}} = {value}" for key, value in statement.parameters.items()) + "\n"
        assert text == snapshot(f"whole_days/{compose.__name__}_{name}.sql", text)
