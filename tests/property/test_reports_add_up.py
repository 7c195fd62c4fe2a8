"""What holds of any range, filter and dimension over one fortnight of made-up hits."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.reports.periods import bucket_starts, parse_period
from tests.support.build import Store, hit, ms

FIRST = date(2026, 3, 2)
DAYS = 14
QUICK = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
DIMENSIONS = ("visit:source", "visit:device", "visit:entry_page", "visit:country_name")
EVENT_DIMENSIONS = ("event:page", "event:name", "event:hostname")
VALUES = {
    "visit:source": ("Google", "VK", "Direct / None"),
    "visit:device": ("Mobile", "Desktop", "(not set)"),
    "visit:entry_page": ("/", "/a", "/a/b"),
    "visit:country_name": ("Germany", "Russia", "XX"),
    "event:page": ("/", "/a", "/a/b"),
    "event:name": ("pageview", "Signup"),
    "event:hostname": ("portal.example", "two.example"),
}


def made_hits():
    """Visits of one to four events on each day, well away from midnight: what a day's salt counts is counted on that day."""
    chance = random.Random(42)
    for offset in range(DAYS):
        for visitor in range(1, 13):
            day = FIRST + timedelta(days=offset)
            minute = chance.randrange(60, 1300)
            about = {"source": chance.choice(["Google", "VK", ""]), "device": chance.choice(["Mobile", "Desktop", ""])}
            about |= {"country": chance.choice(["DE", "RU", "XX"]), "hostname": chance.choice(VALUES["event:hostname"])}
            for step in range(chance.randrange(1, 5)):
                name = chance.choice(["pageview", "pageview", "Signup"])
                at = f"{day}T{(minute + 20 * step) // 60:02d}:{(minute + 20 * step) % 60:02d}"
                yield hit(at, visitor + 100 * offset, name, chance.choice(VALUES["event:page"]), **about)


@pytest.fixture(scope="module")
def store(embedded_engine, tmp_path_factory):
    opened = Store(embedded_engine, tmp_path_factory.mktemp("adds-up"))
    opened.load(*made_hits())
    return opened


@st.composite
def ranges(draw):
    first = draw(st.integers(0, DAYS - 1))
    last = draw(st.integers(first, DAYS - 1))
    return [(FIRST + timedelta(days=offset)).isoformat() for offset in (first, last)]


@st.composite
def comparisons(draw, names=DIMENSIONS + EVENT_DIMENSIONS):
    name = draw(st.sampled_from(names))
    operator = draw(st.sampled_from(["is", "is_not", "contains", "contains_not", "matches", "matches_not"]))
    return [operator, name, draw(st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=2))]


NESTING = [name for name in VALUES if name != "event:hostname"]


@QUICK
@given(date_range=ranges(), unit=st.sampled_from(["hour", "day", "week", "month"]), filters=st.lists(comparisons(), max_size=1))
def test_buckets_of_events_add_up_to_the_range(store, date_range, unit, filters):
    asked = {"date_range": date_range, "filters": filters}
    rows = store.ask("pageviews", "events", by=f"time:{unit}", **asked)
    assert [sum(metrics[place] for _, metrics in rows) for place in (0, 1)] == store.only("pageviews", "events", **asked)


@QUICK
@given(date_range=ranges(), filters=st.lists(comparisons(), max_size=1))
def test_days_of_visits_and_of_one_day_salts_add_up_to_the_range(store, date_range, filters):
    asked = {"date_range": date_range, "filters": filters}
    rows = store.ask("visitors", "visits", by="time:day", **asked)
    assert [sum(metrics[place] for _, metrics in rows) for place in (0, 1)] == store.only("visitors", "visits", **asked)


@QUICK
@given(one=comparisons(NESTING), other=comparisons(NESTING))
def test_filters_commute_and_all_of_them_are_and(store, one, other):
    metrics = ("visitors", "visits", "pageviews", "bounce_rate")
    found = store.only(*metrics, filters=[one, other])
    assert found == store.only(*metrics, filters=[other, one])
    assert found[2] == store.only("pageviews", filters=[["and", [one, other]]])[0]


@QUICK
@given(one=comparisons(NESTING), other=comparisons(NESTING))
def test_or_is_inclusion_and_exclusion(store, one, other):
    def pageviews(*filters):
        return store.only("pageviews", filters=list(filters))[0]

    assert pageviews(["or", [one, other]]) + pageviews(one, other) == pageviews(one) + pageviews(other)


@QUICK
@given(positive=comparisons(NESTING), date_range=ranges())
def test_a_comparison_its_negation_and_not_part_the_events(store, positive, date_range):
    def events(*filters):
        return store.only("events", date_range=date_range, filters=list(filters))[0]

    operator, name, values = positive
    negation = operator.removesuffix("_not") if operator.endswith("_not") else f"{operator}_not"
    rest = events([negation, name, values])
    assert events(positive) + rest == events()
    assert events(["not", positive]) == rest


@QUICK
@given(names=st.lists(st.sampled_from((*DIMENSIONS, "time:day")), min_size=1, max_size=2, unique=True), limit=st.integers(3, 20))
def test_total_rows_counts_the_rows_that_pages_are_cut_from(store, names, limit):
    asked = {"by": ",".join(names), "include": {"total_rows": True}}
    whole = store.answer("visitors", **asked)
    assert whole.meta["total_rows"] == len(whole.rows)
    pages = [
        store.answer("visitors", pagination={"limit": limit, "offset": offset}, **asked) for offset in range(0, len(whole.rows), limit)
    ]
    assert tuple(row for page in pages for row in page.rows) == whole.rows
    assert {page.meta["total_rows"] for page in pages} == {len(whole.rows)}


@QUICK
@given(date_range=ranges(), unit=st.sampled_from(["hour", "day", "week", "month"]), metric=st.sampled_from(["visitors", "events"]))
def test_every_row_stands_in_a_labelled_bucket(store, date_range, unit, metric):
    answer = store.answer(metric, by=f"time:{unit}", date_range=date_range, include={"time_labels": True})
    labels, shown = answer.meta["time_labels"], [row.dimensions[0] for row in answer.rows]
    period = parse_period(date_range, timezone="Etc/UTC", now_ms=ms("2026-03-31T12:00:00"))
    assert len(labels) == len(bucket_starts(period, unit))
    assert labels == sorted(set(labels))
    assert shown == [label for label in labels if label in set(shown)]
