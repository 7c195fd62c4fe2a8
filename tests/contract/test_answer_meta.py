"""Rules 40 to 42: what every answer says of itself, whatever was asked, through the door that the API and the command line share."""

import msgspec
import pytest

from footfall.errors import Refused
from footfall.serve.answers import ask, realtime
from footfall.serve.house import open_desk
from footfall.serve.imports import import_stream
from footfall.settings import read_settings
from tests.support.build import OF_EVENTS

NOW = "2026-03-10T12:00:00+00:00"
PEOPLE = [("10:00:00", number, f"/{number % 2}") for number in range(20)] + [("11:58:00", number, "/few") for number in range(20, 23)]
LINES = "".join(f'{{"timestamp":"2026-03-10T{at}Z","visitor":"{visitor}","pathname":"{path}"}}\n' for at, visitor, path in PEOPLE).encode()


@pytest.fixture(scope="module", params=["staff", "exact"])
def desk(request, tmp_path_factory):
    home = str(tmp_path_factory.mktemp("home"))
    opened = open_desk(read_settings({"FOOTFALL_POLICY": request.param, "FOOTFALL_NOW": NOW}, home=home))
    opened.control.create_portal(domain="portal.example")
    report = import_stream(opened, "events", "portal.example", iter([LINES]))
    assert report.accepted == len(PEOPLE)
    yield opened
    opened.close()


def asked(desk, **body):
    return ask(desk, {"site_id": "portal.example", "metrics": ["visitors"], "date_range": "day"} | body).answer


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"dimensions": ["event:page"]},
        {"dimensions": ["time:hour"], "include": {"comparisons": {"mode": "previous_period"}}},
        {"filters": [["is", "event:page", ["/nowhere"]]]},
        {"date_range": "all", "dimensions": ["time"]},
        {"metrics": ["pageviews"], "pagination": {"offset": 7}},
    ],
)
def test_every_answer_says_how_far_it_is_complete_and_what_the_gate_did(desk, body):
    answer = asked(desk, **body)
    policy, smallest = desk.settings.policy, 10 if desk.settings.policy == "staff" else 0
    blank = sum(row.metrics == (None,) for row in answer.rows) if policy == "staff" else 0
    assert answer.meta["complete_until"] == "2026-03-10T12:00:00.000+00:00"
    assert answer.meta["release"] == {"policy": policy, "smallest_cohort": smallest, "withheld": blank, "rounded": False} | OF_EVENTS


def test_no_answer_tells_the_second_in_which_somebody_came(desk, monkeypatch):
    monkeypatch.setattr(desk.loader, "complete_until_ms", lambda: desk.now() + 37_123)
    assert asked(desk).meta["complete_until"] == "2026-03-10T12:00:00.000+00:00"


def test_visitors_of_several_days_are_said_to_be_visitor_days_and_of_one_day_not(desk):
    several = asked(desk, date_range=["2026-03-09", "2026-03-10"]).meta
    assert several["metric_notes"] == {"visitors": "Sum of daily visitors: somebody who came on two days counts twice."}
    across = asked(desk, date_range="24h").meta
    assert across["metric_notes"] == several["metric_notes"]
    assert "metric_notes" not in asked(desk).meta
    assert "metric_notes" not in asked(desk, metrics=["pageviews"], date_range="7d").meta


@pytest.mark.parametrize("dimensions", [[], ["event:page"], ["time:minute"]])
def test_few_and_none_have_the_same_answer_under_staff_and_not_under_exact(desk, dimensions):
    def answer_on(path):
        include = {"total_rows": True, "time_labels": True}
        found = asked(
            desk, dimensions=dimensions, filters=[["is", "event:page", [path]]], metrics=["visitors", "bounce_rate"], include=include
        )
        return found.rows and [row.metrics for row in found.rows], found.meta

    assert (answer_on("/few") == answer_on("/none")) is (desk.settings.policy == "staff")


def test_the_gate_counts_attributes_of_dimensions_and_filters(desk):
    body = {"dimensions": ["visit:browser", "visit:os"], "filters": [["is_not", "visit:country_name", ["Narnia"]]]}
    if desk.settings.policy == "exact":
        assert len(asked(desk, **body).rows) == 1
    else:
        with pytest.raises(Refused, match="combines browser, os, place"):
            asked(desk, **body)


def test_the_last_minutes_are_released_too(desk):
    seen = realtime(desk, "portal.example")
    assert (seen.answer, seen.policy) == (0 if desk.settings.policy == "staff" else 3, desk.settings.policy)


@pytest.mark.parametrize(
    ("days", "dimensions", "policy", "metrics"),
    [
        (["2025-11-01", "2025-11-02"], [], "city", (400,)),
        (["2025-11-01", "2026-03-10"], ["time:month"], "city", (400,)),
        (["2025-11-01", "2025-11-02"], ["visit:browser"], "staff", None),
        (["2025-11-03", "2025-11-04"], [], "staff", (None,)),
        (["2025-12-10", "2026-03-10"], [], "staff", (23,)),
    ],
)
def test_days_whose_events_are_forgotten_are_answered_from_marts_for_staff_and_events_never_added(desk, days, dimensions, policy, metrics):
    cell = {"release": "city", "mart": "portal", "site": 1, "day": "2025-11-01", "keys": [], "visitors": 400, "line": 7}
    desk.engine.insert_ndjson("marts", msgspec.json.encode(cell), "old day")
    answer = asked(desk, date_range=days, dimensions=dimensions)
    if desk.settings.policy == "exact":
        assert answer.meta["release"]["policy"] == "exact"
        return
    assert answer.meta["release"]["policy"] == policy
    assert [row.metrics for row in answer.rows] == ([metrics] if metrics else [])
    assert answer.meta["complete_until"]
