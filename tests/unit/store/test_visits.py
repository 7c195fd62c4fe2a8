"""Rules 1 to 7 of the metric page, and that they are cheap."""

import itertools
import time

import msgspec
import pytest

from footfall.store.visits import assign, bare_line, instant, visit_line
from footfall.vocabulary import Hit
from tests.support.build import hit


def play(*hits):
    """Apply hits in the order they arrive; answers event rows and the visits as they then stand, in the order they opened."""
    numbers = itertools.count()

    def name(site):
        number = next(numbers)
        return 101 + number, number

    latest = {}
    rows, opened = [], {}
    for one in hits:
        joined = assign(one, latest.get((one.site, one.visitor)), name)
        if joined is None:
            continue
        line, visit = joined
        rows.append(msgspec.json.decode(line))
        latest[one.site, one.visitor] = opened[visit.visit] = visit
    return rows, [msgspec.json.decode(visit_line(visit)) for visit in opened.values()]


def test_first_event_opens_a_visit():
    rows, visits = play(hit("2026-03-10T10:00:00", path="/a"))
    assert rows == [
        {
            "site": 1,
            "day": "2026-03-10",
            "time": "1773136800.000",
            "visitor": 1,
            "visit": 101,
            "seq": 0,
            "name": "pageview",
            "interactive": True,
            "hostname": "portal.example",
            "path": "/a",
            "scroll_depth": 255,
        }
    ]
    assert (visits[0]["pageviews"], visits[0]["is_bounce"], visits[0]["duration_s"]) == (1, True, 0)


@pytest.mark.parametrize(("quiet", "visits"), [("10:30:00", 1), ("10:30:59.999", 1), ("10:31:00", 2)])
def test_visit_ends_after_thirty_whole_quiet_minutes(quiet, visits):
    assert len(play(hit("2026-03-10T10:00:00"), hit(f"2026-03-10T{quiet}"))[1]) == visits


def test_the_thirty_minutes_count_from_the_last_event_to_arrive():
    _, visits = play(hit("2026-03-10T10:20:00"), hit("2026-03-10T10:00:00"), hit("2026-03-10T10:31:00"))
    assert len(visits) == 2


def test_an_earlier_event_joins_however_early():
    rows, visits = play(hit("2026-03-10T20:00:00"), hit("2026-03-10T08:00:00"))
    assert [row["seq"] for row in rows] == [0, 1]
    assert len(visits) == 1


def test_another_visitor_or_portal_has_a_visit_of_its_own():
    other = msgspec.structs.replace(hit("2026-03-10T10:01:00"), site=2)
    assert len(play(hit("2026-03-10T10:00:00"), hit("2026-03-10T10:01:00", visitor=2), other)[1]) == 3


def test_a_visit_keeps_the_number_it_opened_with():
    _, visits = play(hit("2026-03-10T10:00:00"), hit("2026-03-10T10:01:00", visitor=2), hit("2026-03-10T11:00:00"))
    assert [(visit["visitor"], visit["number"]) for visit in visits] == [(1, 0), (2, 1), (1, 2)]


def test_engagement_keeps_a_visit_alive():
    _, visits = play(
        hit("2026-03-10T10:00:00"),
        hit("2026-03-10T10:30:00", name="engagement"),
        hit("2026-03-10T11:00:00"),
    )
    assert len(visits) == 1


def test_engagement_changes_neither_end_duration_pages_nor_bounce():
    page = hit("2026-03-10T10:00:00", path="/a")
    ping = hit("2026-03-10T10:10:00", path="/b", name="engagement", engagement_ms=9000, scroll_depth=70)
    rows, (visit,) = play(page, ping)
    _, (alone,) = play(page)
    assert {name for name in visit if visit[name] != alone[name]} == {"version", "seen"}
    assert (rows[1]["engagement_ms"], rows[1]["scroll_depth"], rows[1]["visit"]) == (9000, 70, rows[0]["visit"])


def test_engagement_without_an_open_visit_is_dropped():
    assert play(hit("2026-03-10T10:00:00", name="engagement")) == ([], [])
    rows, _ = play(hit("2026-03-10T10:00:00"), hit("2026-03-10T10:31:00", name="engagement"))
    assert len(rows) == 1


def test_later_events_inherit_source_campaign_place_device_and_referrer():
    first = hit("2026-03-10T10:00:00", source="Google", referrer="google.com/", utm_campaign="x", country="RU", device="Mobile")
    later = hit("2026-03-10T10:01:00", source="VK", referrer="vk.com/", utm_term="y", country="DE", city="1", device="Desktop")
    rows, (visit,) = play(first, later)
    fixed = {"source": "Google", "referrer": "google.com/", "utm_campaign": "x", "country": "RU", "device": "Mobile"}
    assert fixed.items() <= rows[1].items() and fixed.items() <= visit.items()
    assert {"utm_term", "city"}.isdisjoint(rows[1]) and {"utm_term", "city"}.isdisjoint(visit)


def test_entry_and_exit_are_the_first_and_last_pageview_to_arrive():
    _, (visit,) = play(
        hit("2026-03-10T10:00:00", path="/click", name="Click", hostname="a.example"),
        hit("2026-03-10T10:05:00", path="/one", hostname="b.example"),
        hit("2026-03-10T10:01:00", path="/two", hostname="c.example"),
        hit("2026-03-10T10:06:00", path="/three", name="Click"),
    )
    assert (visit["entry_page"], visit["exit_page"]) == ("/one", "/two")
    assert (visit["entry_hostname"], visit["exit_hostname"]) == ("b.example", "c.example")


def test_visit_without_a_pageview_has_no_entry_and_is_no_bounce():
    _, (visit,) = play(hit("2026-03-10T10:00:00", name="Click", interactive=False))
    assert "entry_page" not in visit
    assert (visit["is_bounce"], visit["events"]) == (False, 1)


@pytest.mark.parametrize(
    ("more", "bounce"),
    [
        ([], True),
        ([{"name": "pageview"}], False),
        ([{"name": "Click"}], False),
        ([{"name": "Click", "interactive": False}], True),
        ([{"name": "engagement"}], True),
    ],
    ids=["one pageview", "two pageviews", "an event", "an event that is not interactive", "engagement"],
)
def test_bounce_is_one_pageview_and_no_interactive_event(more, bounce):
    _, (visit,) = play(hit("2026-03-10T10:00:00"), *(hit("2026-03-10T10:01:00", **kind) for kind in more))
    assert visit["is_bounce"] is bounce


def test_duration_is_whole_seconds_from_first_to_last_event_that_is_not_engagement():
    _, (visit,) = play(hit("2026-03-10T10:00:00.600"), hit("2026-03-10T10:00:03.500"), hit("2026-03-10T10:09:00", name="engagement"))
    assert visit["duration_s"] == 2


def test_visit_whose_last_event_is_the_earlier_one_is_stored_from_there():
    _, (visit,) = play(hit("2026-03-10T10:05:00"), hit("2026-03-10T10:00:00"))
    assert (visit["start"], visit["end"], visit["reversed"]) == ("1773136800.000", "1773137100.000", True)
    assert visit["duration_s"] == 300


def test_visit_keeps_the_day_it_began_and_events_their_own():
    rows, (visit,) = play(hit("2026-03-10T23:59:00"), hit("2026-03-11T00:01:00"))
    assert ([row["day"] for row in rows], visit["day"]) == (["2026-03-10", "2026-03-11"], "2026-03-10")


def test_hit_without_visit_detail_has_neither_visit_nor_source_place_or_device():
    row = msgspec.json.decode(bare_line(hit("2026-03-10T10:00:00", visitor=0, path="/a", source="Google", country="RU", device="Mobile")))
    assert (row["visitor"], row["visit"], row["seq"], row["path"]) == (0, 0, 0, "/a")
    assert {"source", "country", "device", "referrer"}.isdisjoint(row)


@pytest.mark.parametrize(("sent", "stored"), [(0, 0), (100, 100), (101, 255), (255, 255)])
def test_scroll_depth_above_a_hundred_is_unknown(sent, stored):
    rows, _ = play(hit("2026-03-10T10:00:00", scroll_depth=sent))
    assert rows[0]["scroll_depth"] == stored


@pytest.mark.parametrize(("time_ms", "text"), [(0, "0000000000.000"), (5, "0000000000.005"), (1_773_136_800_120, "1773136800.120")])
def test_instants_have_ten_digits_and_three(time_ms, text):
    assert instant(time_ms) == text


def test_property_values_with_quotes_and_newlines_stay_one_line():
    line, _ = assign(hit("2026-03-10T10:00:00", props={"a": 'x"\n}'}, source='G"\n'), None, lambda site: (1, 0)) or (b"", None)
    assert line.count(b"\n") == 1
    assert msgspec.json.decode(line)["props"] == {"a": 'x"\n}'}
    assert msgspec.json.decode(line)["source"] == 'G"\n'


def test_a_hit_costs_little_more_than_to_read_its_line():
    one = hit("2026-03-10T10:00:00", source="Google", browser="Firefox", country="RU")
    line, visit, times = msgspec.json.encode(one), None, [time.process_time()]
    for _ in range(20_000):
        msgspec.json.decode(line, type=Hit)
    times.append(time.process_time())
    for _ in range(20_000):
        _, visit = assign(one, visit, lambda site: (1, 0)) or (b"", None)
    times.append(time.process_time())
    assert times[2] - times[1] < 27 * (times[1] - times[0]), "ten times what it is"
