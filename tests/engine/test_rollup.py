"""The daily roll-up gives the numbers that reading every event gives, knows when it is out of date, and is forgotten with its events."""

from datetime import date
from random import Random

import msgspec
import pytest

from footfall.reports import question as questions
from footfall.reports.rollup import rolled_statement
from footfall.store.forgetting import drop_expired
from footfall.vocabulary import Portal
from tests.engine.conftest import ONE_STORE
from tests.support.build import Store, hit, ms
from tests.support.rolling import METRICS, both, roll, traffic

ZONES = ("Europe/Berlin", "Asia/Kathmandu", "Etc/UTC")
PORTALS = tuple(Portal(id=number, domain=f"p{number}.example", umami_id="", timezone=zone) for number, zone in enumerate(ZONES, start=1))
BERLIN = PORTALS[0]
WEEK = ["2026-03-27", "2026-03-30"]
RANGES = (WEEK, ["2026-03-29", "2026-03-29"], ["2026-03-01", "2026-04-30"])
ON_EVENTS = ("event:page", "event:name", "event:hostname")
ON_VISITS = ("visit:entry_page", "visit:exit_page", "visit:entry_page_hostname")
ON_BOTH = ("", "visit:source", "visit:country_name", "visit:device")
TIMES = ("", "time:day", "time:week", "time:month")
OVER = "SELECT uniqExact(site, day) FROM events WHERE day < {day:Date}"
BUILDS = "SELECT max(builds) FROM (SELECT uniqExact(build) AS builds FROM events_by_day GROUP BY site, day)"
HELD = "SELECT site, toString(min(day)) FROM {table:Identifier} GROUP BY site ORDER BY site"


@pytest.fixture
def store(engine, tmp_path):
    """Four days of a portal in Berlin, in two segments."""
    found = Store(engine, tmp_path, portal=BERLIN)
    hits = traffic(BERLIN, 1)
    found.load(*hits[: len(hits) // 2])
    found.load(*hits[len(hits) // 2 :])
    return found


def question(number, chance):
    """(portal, dates, metrics, dimensions)."""
    kind = chance.choice((ON_EVENTS, ON_VISITS, ON_BOTH))
    one = chance.choice(kind)
    metrics = {ON_VISITS: METRICS, ON_BOTH: (*METRICS, "pageviews")}.get(kind, ("visitors", "visits", "pageviews", "events"))
    if one == "event:page":
        metrics = (*metrics, "bounce_rate", "visit_duration")
    return PORTALS[number % len(PORTALS)], chance.choice(RANGES), metrics, tuple(filter(None, (one, TIMES[number % 4])))


def assert_same(engine, *, by=(), portal=BERLIN, dates=WEEK, metrics=("visitors", "visits", "pageviews"), statements=1):
    rolled, read, used = both(engine, portal, dates, metrics, by)
    assert rolled == read, (portal.timezone, dates, metrics, by)
    assert used == statements
    return read


def test_answers_are_those_of_reading_every_event(engine, store):
    for seed, portal in enumerate(PORTALS[1:], start=2):
        store.load(*traffic(portal, seed))
    assert roll(engine, *PORTALS) == engine.query(OVER, {"day": "2026-03-31"})[0][0]
    chance = Random(1)
    # Two shards answer three of them, each portal once.
    for number in range(0, 12, 5 if engine.topology.cluster else 1):
        portal, dates, metrics, by = question(number, chance)
        rolled, read, used = both(engine, portal, dates, metrics, by)
        assert rolled == read, (portal.timezone, dates, metrics, by)
        assert used
        assert read


def test_what_is_not_rolled_up_is_read_beside_the_rest(engine, store):
    roll(engine, BERLIN)
    until_today = ["2026-03-27", "2026-03-31"]
    for by in ((), ("event:page",), ("visit:source", "time:week")):
        assert_same(engine, by=by, dates=until_today)
    store.load(hit("2026-03-29T12:00:00", visitor=77, source="late", portal=BERLIN))
    late = assert_same(engine, by=("visit:source",))
    assert (("late",), (1, 1, 1)) in [row[:2] for row in late]
    assert_same(engine, by=("time:day",), metrics=METRICS)
    assert roll(engine, BERLIN) == 2
    assert assert_same(engine, by=("visit:source",)) == late
    assert engine.query(BUILDS) == [(2,)]
    assert roll(engine, BERLIN) == 0


@ONE_STORE
def test_today_is_not_read_for_a_range_that_ended_unless_a_visit_reaches_back(engine, tmp_path):
    portal, now = PORTALS[2], "2026-03-30T12:00:00"
    store = Store(engine, tmp_path, portal=portal)
    dates = ["2026-03-28", "2026-03-29"]
    asked = questions.parse({"site_id": portal.domain, "metrics": ["visits"], "date_range": dates}, portal=portal, goals=(), now_ms=ms(now))
    store.load(*(hit(f"2026-03-{day}T11:00:00", visitor=day, portal=portal) for day in (28, 29, 30)))
    roll(engine, portal, now=now)
    for table in ("visits", "events"):
        assert "UNION ALL" not in rolled_statement(table, asked, engine).sql
    over_midnight = [
        hit("2026-03-30T00:10:00", visitor=81, portal=portal),
        hit("2026-03-29T23:50:00", visitor=81, path="/late", portal=portal),
    ]
    store.load(*over_midnight)
    roll(engine, portal, now=now)
    assert "UNION ALL" in rolled_statement("visits", asked, engine).sql
    assert "UNION ALL" not in rolled_statement("events", asked, engine).sql
    for by in ((), ("visit:entry_page",), ("time:day",)):
        rolled, read, used = both(engine, portal, dates, ("visitors", "visits"), by, now=now)
        assert (rolled, used) == (read, 1)
    assert sum(row[1][1] for row in read) == 3


@ONE_STORE
def test_a_segment_put_back_leaves_the_roll_up_fresh(engine, store):
    path = store.folder / "0000000000007-aa-000000.ndjson"
    for built in (5, 0):
        path.write_bytes(b'{"site":1,"time_ms":1774785600000,"day":"2026-03-29","visitor":5,"name":"pageview","path":"/x"}\n')
        store.loader.load_waiting()
        assert (roll(engine, BERLIN) > 0) == (built > 0)


def test_what_an_unfinished_build_left_is_not_counted_and_goes(engine, store, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(engine, "insert_ndjson", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            roll(engine, BERLIN)
    assert engine.query("SELECT count() > 0 FROM visits_by_day") == [(True,)]
    assert_same(engine, statements=0)
    roll(engine, BERLIN)
    assert engine.query(BUILDS) == [(1,)]
    assert_same(engine, by=("event:page",))


@ONE_STORE
def test_what_would_not_add_up_is_read(engine, store):
    half_hours = [f"2026-03-{28 + n // 48}T{n // 2 % 24:02d}:{n % 2 * 30:02d}:00" for n in range(50)]
    store.load(
        *(
            hit(time, visitor=9, portal=BERLIN)
            for time in ("2026-03-27T22:45:00", "2026-03-27T23:15:00", "2026-03-27T23:45:00", *half_hours)
        )
    )
    roll(engine, BERLIN)
    assert_same(engine, by=("visit:source",), metrics=("visitors", "visits"), statements=0)
    for by in (("time:hour",), ("visit:os", "visit:device")):
        assert_same(engine, by=by, dates=["2026-03-30", "2026-03-30"], statements=0)
    assert_same(engine, dates=["2026-03-29T00:00:00", "2026-03-30T00:00:00"], statements=0)


@ONE_STORE
@pytest.mark.parametrize(
    "zone, day, repeated, now",
    [
        ("Atlantic/Azores", "2026-10-24", "2026-10-25T00:30:00", "2026-10-30T12:00:00"),
        ("America/Santiago", "2026-04-04", "2026-04-05T03:30:00", "2026-04-10T12:00:00"),
    ],
)
def test_an_hour_that_the_clock_repeats_at_midnight_is_not_of_the_day_before(engine, tmp_path, zone, day, repeated, now):
    portal = msgspec.structs.replace(BERLIN, timezone=zone)
    Store(engine, tmp_path, portal=portal).load(hit(f"{day}T12:00:00", portal=portal), hit(repeated, visitor=2, portal=portal))
    assert roll(engine, portal, now=now)
    for dates, number in (([day, day], 1), ([day, repeated[:10]], 2)):
        rolled, read, used = both(engine, portal, dates, ("visitors", "visits", "pageviews"), (), now=now)
        assert [row[1] for row in rolled] == [row[1] for row in read] == [(number,) * 3]
    assert used


@ONE_STORE
def test_a_portal_that_moves_to_another_zone_is_rolled_up_again(engine, store):
    moved = Portal(id=1, domain="p1.example", umami_id="", timezone="Asia/Tokyo")
    roll(engine, BERLIN)
    assert_same(engine, portal=moved, by=("time:day",), statements=0)
    assert roll(engine, moved) == engine.query(OVER, {"day": "2026-03-31"})[0][0]
    assert_same(engine, portal=moved, by=("time:day",))


def test_a_day_is_rolled_up_when_its_visits_are_over_and_goes_with_its_events(engine, store):
    assert roll(engine, BERLIN, now="2026-03-30T22:30:00") == engine.query(OVER, {"day": "2026-03-30"})[0][0]
    assert roll(engine, BERLIN, now="2026-03-30T22:41:00") == 1
    drop_expired(engine, {1: 2}, date(2026, 3, 31))
    for table in ("events", "service_days", "visits_by_day", "events_by_day"):
        assert engine.query(HELD, {"table": table}) == [(1, "2026-03-29")]


def test_a_filter_looks_at_the_last_state_of_a_visit_that_grew(engine, tmp_path):
    store = Store(engine, tmp_path)
    for minute in range(3):
        store.load(hit(f"2026-03-10T10:0{minute}:00", source="Google", path=f"/{minute}"))
    filters = [["is", "visit:source", ["Google"]]]
    assert store.only("visits", "bounce_rate", "views_per_visit", filters=filters) == [1, 0, 3.0]
    assert store.ask("visits", by="visit:exit_page", filters=filters) == [(["/2"], [1])]
    assert store.only("visits", filters=[["is_not", "visit:source", ["Google"]]]) == [0]
