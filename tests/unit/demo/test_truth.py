"""Truth counts whole visits; its parts add up."""

from datetime import date

import pytest

from footfall.demo.city import CITY, PLACES, Source
from footfall.demo.clients import CLIENTS
from footfall.demo.simulator import MadeEvent, MadeVisit, Span, make_visits
from footfall.demo.truth import Counts, truth_of

MIDNIGHT = 1_774_915_200  # 2026-03-31T00:00:00Z


def visit(visitor, *events, day="2026-03-30", source=""):
    return MadeVisit(visitor, day, Source(1, source), CLIENTS[0], PLACES[0], tuple(events))


def test_a_visit_over_midnight_counts_on_its_last_events_day_and_its_pages_on_their_own():
    truth = truth_of(
        [visit("a", MadeEvent(MIDNIGHT - 60, "pageview", "/"), MadeEvent(MIDNIGHT + 60, "pageview", "/x"))],
        timezone="Etc/UTC",
    )
    assert truth.days["2026-03-30"] == Counts(pageviews=1, events=1)
    assert truth.days["2026-03-31"] == Counts(visitors=1, visits=1, pageviews=1, events=1, duration_s=120)


@pytest.mark.parametrize(
    ("names", "bounces"),
    [(["pageview"], 1), (["pageview", "engagement"], 1), (["pageview", "pageview"], 0), (["pageview", "Sent"], 0)],
)
def test_a_bounce_has_one_page_and_nothing_else_but_engagement(names, bounces):
    events = (MadeEvent(MIDNIGHT - 500 + index, name, "/") for index, name in enumerate(names))
    assert truth_of([visit("a", *events)], timezone="Etc/UTC").total.bounces == bounces


def test_engagement_adds_neither_events_nor_duration():
    events = (MadeEvent(MIDNIGHT - 500, "pageview", "/"), MadeEvent(MIDNIGHT - 100, "engagement", "/", {}, 400_000, 80))
    total = truth_of([visit("a", *events)], timezone="Etc/UTC").total
    assert total == Counts(visitors=1, visits=1, pageviews=1, events=1, bounces=1, duration_s=0)


def test_the_same_name_on_two_days_is_two_visitors():
    visits = [
        visit("a", MadeEvent(MIDNIGHT - 500, "pageview", "/")),
        visit("a", MadeEvent(MIDNIGHT + 500, "pageview", "/"), day="2026-03-31"),
    ]
    assert truth_of(visits, timezone="Etc/UTC").total.visitors == 2


def test_without_visits_every_ratio_is_zero():
    assert (Counts().bounce_rate, Counts().visit_duration) == (0, 0)


@pytest.mark.parametrize("portal", CITY, ids=lambda portal: portal.domain)
def test_days_and_sources_add_up_to_the_total(portal):
    span = Span(first_day=date(2026, 10, 19), days=7)
    visits = [visit for day in make_visits(portal, span, seed=1) for visit in day]
    truth = truth_of(visits, timezone=portal.timezone)
    for groups in (truth.days, truth.sources):
        for name in ("visits", "pageviews", "events", "bounces", "duration_s"):
            assert sum(getattr(counts, name) for counts in groups.values()) == getattr(truth.total, name)
    assert truth.total.visits == len(visits)
    assert max(counts.visitors for counts in truth.days.values()) <= truth.total.visitors <= truth.total.visits
