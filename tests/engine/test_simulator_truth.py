"""The simulator's truth against answers: made visits imported by the real path and asked by the backend of the command line. Error: 0."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from footfall.cli.in_process import InProcess
from footfall.demo.city import CITY
from footfall.demo.simulator import Span, make_lines, make_visits
from footfall.demo.truth import truth_of
from footfall.serve.house import open_desk
from footfall.serve.imports import import_stream
from footfall.settings import read_settings
from footfall.store.marts import Asked, bounded_counts

SEED = 3
FIRST, LAST = date(2026, 10, 19), date(2026, 11, 1)
SPAN = Span(first_day=FIRST, days=(LAST - FIRST).days + 1)
OF_VISITS = ("visitors", "visits", "bounce_rate", "visit_duration")
OF_EVENTS = ("pageviews", "events")
"""Asked apart: beside an event metric, visitors and visits would come from events (stats-semantics 11), on both days around midnight."""
ZONES = {"gov.example.city": "Europe/Moscow", "transport.example.city": "Asia/Kathmandu", "culture.example.city": "Europe/Berlin"}
"""A whole-hour zone, one at +5:45, and one whose clocks go back inside the span."""
PORTALS = {
    portal.domain: msgspec.structs.replace(portal, timezone=ZONES[portal.domain], daily_visitors=120)
    for portal in CITY
    if portal.domain in ZONES
}


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    desk = open_desk(read_settings({"FOOTFALL_POLICY": "exact"}, home=str(tmp_path_factory.mktemp("home"))))
    for portal in PORTALS.values():
        desk.control.create_portal(domain=portal.domain, timezone=portal.timezone)
        report = import_stream(desk, "events", portal.domain, make_lines(portal, SPAN, seed=SEED))
        assert (report.refused, report.accepted) == (0, report.lines)
    yield InProcess(desk)
    desk.close()


@pytest.fixture(params=PORTALS, ids=lambda domain: ZONES[domain])
def portal(request):
    return PORTALS[request.param]


@pytest.fixture
def truth(portal):
    visits = (visit for day in make_visits(portal, SPAN, seed=SEED) for visit in day)
    return truth_of(visits, timezone=portal.timezone)


def asked(backend, portal, metrics, *dimensions):
    question = {
        "site_id": portal.domain,
        "metrics": list(metrics),
        "dimensions": list(dimensions),
        "date_range": [str(FIRST), str(LAST)],
    }
    return {tuple(row["dimensions"]): row["metrics"] for row in backend.ask(question)["results"]}


def true(groups, metrics):
    """The truth as an answer's rows; a group in which a metric of events or visits has nothing is no row."""
    rows = {(name,): [getattr(counts, metric) for metric in metrics] for name, counts in groups.items()}
    return {name: values for name, values in rows.items() if any(values)}


@pytest.mark.parametrize("metrics", [OF_VISITS, OF_EVENTS], ids=["visits", "events"])
def test_totals_are_the_truth(backend, portal, truth, metrics):
    assert asked(backend, portal, metrics) == {(): [getattr(truth.total, metric) for metric in metrics]}


@pytest.mark.parametrize("metrics", [OF_VISITS, OF_EVENTS], ids=["visits", "events"])
def test_every_day_is_the_truth(backend, portal, truth, metrics):
    assert asked(backend, portal, metrics, "time:day") == true(truth.days, metrics)


@pytest.mark.parametrize("metrics", [OF_VISITS, OF_EVENTS], ids=["visits", "events"])
def test_every_source_is_the_truth(backend, portal, truth, metrics):
    assert asked(backend, portal, metrics, "visit:source") == true(truth.sources, metrics)


def test_importing_the_same_lines_again_changes_nothing(backend, portal, truth):
    report = import_stream(backend._desk, "events", portal.domain, make_lines(portal, SPAN, seed=SEED))
    assert (report.accepted, report.already) == (0, report.lines)
    assert asked(backend, portal, ["visits", "bounce_rate"]) == {(): [truth.total.visits, truth.total.bounce_rate]}


def test_pages_and_custom_events_are_the_truth(backend, portal):
    pages, names = {}, {}
    for visits in make_visits(portal, SPAN, seed=SEED):
        for event in (event for visit in visits for event in visit.events if event.name != "engagement"):
            names[event.name,] = [names.get((event.name,), [0])[0] + 1]
            if event.name == "pageview":
                pages[event.path,] = [pages.get((event.path,), [0])[0] + 1]
    assert asked(backend, portal, ["pageviews"], "event:page") == pages
    assert asked(backend, portal, ["events"], "event:name") == names


def test_every_third_days_marts_are_counted_of_the_truth(backend, portal):
    site, engine = backend._desk.control.portal(portal.domain).id, backend._desk.engine
    zone = ZoneInfo(portal.timezone)
    for number, visits in list(enumerate(make_visits(portal, SPAN, seed=SEED)))[::3]:
        day, first, pages = FIRST + timedelta(days=number), {}, set()
        for visit in sorted(visits, key=lambda visit: visit.events[0].time_s):
            first.setdefault(visit.visitor, visit)
            pages |= {(visit.visitor, event.path) for event in visit.events if event.name != "engagement"}
        hours = (datetime.fromtimestamp(visit.events[0].time_s, zone).strftime("%H") for visit in first.values())
        true_counts = {
            "portal": {(): len(first)},
            "hour": Counter((hour,) for hour in hours),
            "source": Counter((visit.source.channel, visit.source.source) for visit in first.values()),
            "page": Counter((path,) for _, path in pages),
        }
        for mart, counts in true_counts.items():
            asked_for = Asked(mart=mart, cells=1000, sites={site: portal.timezone}, first=day, last=day)
            assert {keys: count for (_, keys), count in bounded_counts(engine, asked_for, 1).items()} == counts, (day, mart)
