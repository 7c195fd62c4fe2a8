"""The made visits are what the module promises, so that truth needs no visit rule."""

from collections import defaultdict
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest

from footfall.demo.city import CITY
from footfall.demo.simulator import LONGEST_PAUSE_S, SHORTEST_ABSENCE_S, Span, make_lines, make_visits

SPAN = Span(first_day=date(2026, 10, 19), days=14)
ZONES = ("Europe/Moscow", "Asia/Kathmandu", "Europe/Berlin")


@cache
def made(portal, seed=1):
    return [visit for visits in make_visits(portal, SPAN, seed=seed) for visit in visits]


@pytest.fixture(scope="module", params=ZONES)
def portal(request):
    return msgspec.structs.replace(CITY[1], timezone=request.param)


def test_same_seed_makes_the_same_lines(portal):
    assert list(make_lines(portal, SPAN, seed=7)) == list(make_lines(portal, SPAN, seed=7))


def test_another_seed_makes_other_lines(portal):
    assert next(make_lines(portal, SPAN, seed=7)) != next(make_lines(portal, SPAN, seed=8))


def test_first_days_are_the_same_however_long_the_span(portal):
    longer = make_visits(portal, msgspec.structs.replace(SPAN, days=30), seed=1)
    assert next(longer) == next(make_visits(portal, SPAN, seed=1))


def test_lines_hold_every_event_of_the_visits_by_time(portal):
    lines = [msgspec.json.decode(line) for line in make_lines(portal, SPAN, seed=1)]
    times = [line["timestamp"] for line in lines]
    assert times == sorted(times)
    expected = sorted((event.time_s, visit.visitor, event.name) for visit in made(portal) for event in visit.events)
    assert sorted((seconds(line["timestamp"]), line["visitor"], line["name"]) for line in lines) == expected


def test_a_line_of_one_visitor_never_comes_before_an_earlier_one_of_the_same_visit(portal):
    latest = defaultdict(int)
    for line in map(msgspec.json.decode, make_lines(portal, SPAN, seed=1)):
        assert seconds(line["timestamp"]) > latest[line["visitor"]]
        latest[line["visitor"]] = seconds(line["timestamp"])


def test_silence_inside_a_visit_is_at_most_thirty_whole_minutes_and_reaches_them(portal):
    visits = [visit for seed in range(6) for visit in made(portal, seed=seed)]
    pauses = [after.time_s - before.time_s for visit in visits for before, after in pairwise(visit.events)]
    assert max(pauses) == LONGEST_PAUSE_S == 30 * 60 + 59
    assert min(pauses) > 0


def test_absence_between_visits_of_a_visitor_is_at_least_thirty_one_minutes_and_reaches_them(portal):
    visits = defaultdict(list)
    for visit in made(portal):
        visits[visit.visitor].append((visit.events[0].time_s, visit.events[-1].time_s))
    absences = [after[0] - before[1] for spans in visits.values() for before, after in pairwise(sorted(spans))]
    assert min(absences) == SHORTEST_ABSENCE_S == 31 * 60


def test_some_visits_cross_midnight_and_their_visitors_have_no_other(portal):
    zone = ZoneInfo(portal.timezone)
    crossing = [visit for visit in made(portal, seed=3) if local_date(visit.events[-1].time_s, zone) != visit.day]
    names = [visit.visitor for visit in made(portal, seed=3)]
    assert crossing
    assert all(names.count(visit.visitor) == 1 for visit in crossing)


def test_every_visit_starts_with_a_page_view_on_its_day(portal):
    zone = ZoneInfo(portal.timezone)
    for visit in made(portal):
        assert visit.events[0].name == "pageview"
        assert local_date(visit.events[0].time_s, zone) == visit.day


def test_nothing_is_made_at_or_after_the_instant_until(portal):
    until_s = seconds("2026-10-25T10:00:00Z")
    lines = [msgspec.json.decode(line) for line in make_lines(portal, msgspec.structs.replace(SPAN, until_s=until_s), seed=1)]
    assert max(seconds(line["timestamp"]) for line in lines) < until_s


def test_special_days_and_weekends_show_in_the_numbers():
    school = next(portal for portal in CITY if portal.domain == "school.example.city")
    days = [len(visits) for visits in make_visits(school, Span(first_day=date(2026, 9, 7), days=35), seed=1)]
    assert days[-6] > 2 * days[-7]
    assert days[5] < days[1]


@pytest.mark.parametrize("city", [portal for portal in CITY if portal.stories], ids=lambda portal: portal.domain)
def test_who_comes_for_a_story_begins_on_its_page_and_searches_for_its_term(city):
    (story,) = city.stories
    days = list(make_visits(city, SPAN, seed=1))
    ordinary = list(make_visits(msgspec.structs.replace(city, stories=()), SPAN, seed=1))
    drawn = [[visit for visit in visits if visit.visitor.removeprefix("night-").startswith("drawn-")] for visits in days]
    assert [day for day, visits in enumerate(drawn) if visits] == list(range(13 - story.ago, 14))
    people = [len({visit.visitor.removeprefix("night-")[:20] for visit in drawn[day]}) for day in (13 - story.ago, 13)]
    assert [round(number / city.daily_visitors, 1) for number in people] == [round(story.growth[place], 1) for place in (0, -1)]
    assert {(visit.events[0].path, visit.source) for visits in drawn for visit in visits} == {(story.path, story.source)}
    searching = [any(event.props.get("search_query") == story.term for event in visit.events) for visits in drawn for visit in visits]
    assert (0.4 < sum(searching) / len(searching) < 0.6) == bool(story.term)
    assert [len(visits) - len(some) for visits, some in zip(days, drawn, strict=True)] == [len(visits) for visits in ordinary]


def test_no_visit_reaches_into_the_hours_of_an_outage_and_the_others_stay(portal):
    (outage,) = portal.outages
    with_it, without = made(portal), made(msgspec.structs.replace(portal, outages=()))
    first = seconds_of_day(portal, 13 - outage.ago)
    away = range(first + outage.from_hour * 3600, first + outage.until_hour * 3600)
    kept = {(visit.visitor, visit.events[0].time_s) for visit in with_it}
    gone = [visit for visit in without if (visit.visitor, visit.events[0].time_s) not in kept]
    assert len(gone) > 50 and len(gone) + len(with_it) == len(without)
    assert all(visit.events[0].time_s < away.stop and visit.events[-1].time_s >= away.start for visit in gone)
    assert not any(event.time_s in away for visit in with_it for event in visit.events)


def seconds_of_day(portal, number):
    day = date.fromordinal(SPAN.first_day.toordinal() + number)
    return int(datetime.combine(day, datetime.min.time(), ZoneInfo(portal.timezone)).timestamp())


def seconds(text):
    return int(datetime.fromisoformat(text).timestamp())


def local_date(time_s, zone):
    return datetime.fromtimestamp(time_s, UTC).astimezone(zone).date().isoformat()
