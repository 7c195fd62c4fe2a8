"""What a card tells: observed beside expected, what drives it, the likely reason. Every number of visitors in it has passed the gate."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec

from footfall.errors import BadQuestion, Refused
from footfall.privacy import Released, release
from footfall.trends.panel import Finding, Key, Step
from footfall.vocabulary import Answer, Row

__all__ = [
    "LEAST_SHARE",
    "MOST_DRIVERS",
    "SPARK_BUCKETS",
    "UNKNOWN",
    "Ask",
    "Bucket",
    "Confidence",
    "Driver",
    "Explained",
    "Reason",
    "Usual",
    "Window",
    "confidence_of",
    "counts_of",
    "drivers_of",
    "observed_of",
    "reason_of",
    "spark_of",
]

Ask = Callable[[dict[str, Any]], Released[Answer]]
"""Answers a question of the portal, through the gate."""
Filters = list[Any]
Usual = tuple[float | None, float | None, float | None]
"""What was expected of a bucket, and the least and the most of nine in ten ordinary ones."""
UNKNOWN: Usual = (None, None, None)
Confidence = Literal["certain", "likely", "possible"]
ReasonKind = Literal["outage", "broken_tag", "calendar", "campaign", "source", "search", "event", "place", "incomplete", "unknown"]
DRIVERS = {
    "page": "event:page",
    "search": "event:props:search_query",
    "source": "visit:source",
    "campaign": "visit:utm_campaign",
    "city": "visit:city_name",
}
"""What a rise or fall may come from, by the dimension of a question."""
BY_EVENT = ("page", "search")
"""Told of the visits that met the head, not of the head's own events."""
UNSET = ("(not set)", "(none)", "")
LEAST_SHARE, MOST_DRIVERS = 0.1, 5
FEW = 9
"""The most that a row under a cohort has."""
CAMPAIGN_SHARE, SOURCE_SHARE, SEARCH_SHARE = 0.5, 0.6, 0.6
DIRECT = "Direct / None"
COUNTS = {"portal": "pageviews", "page": "pageviews", "section": "pageviews", "topic": "pageviews"}
OF_VISITS = ("source", "channel", "region", "city")
SPARK_BUCKETS: dict[Step, int] = {"hour": 48, "day": 28}
WEEK, LAST_S = timedelta(days=7), timedelta(seconds=1)
"""A question has its last second within."""
SURENESS: tuple[Confidence, ...] = ("possible", "likely", "certain")


class Window(msgspec.Struct, frozen=True):
    """From when until when a card tells of, aware; a week at most."""

    begins: datetime
    ends: datetime

    def range(self) -> list[str]:
        """As a question has it."""
        return [_instant(self.begins), _instant(self.ends - LAST_S)]

    def before(self) -> list[str]:
        """The same weekdays and hours, a week earlier."""
        return [_instant(self.begins - WEEK), _instant(self.ends - LAST_S - WEEK)]


class _Compared(msgspec.Struct, frozen=True):
    """A row of two spans beside each other."""

    label: str
    more: int
    """Visitors of the one that has more of all."""
    less: int | None
    """Of the other; ``None``: not told."""


class Driver(msgspec.Struct, frozen=True):
    """What some of it comes from."""

    dimension: str
    """page, search, source, campaign or city; of the city's data place, and its numbers are the measure's."""
    value: str
    visitors: int
    before: int
    """In the same hours a week earlier; in both numbers 0: not told."""
    share: float
    """Of what there is more, or less, than a week earlier: 0 to 1; at least so much where one of the numbers is not told."""


class Reason(msgspec.Struct, frozen=True):
    """What it most likely comes from."""

    kind: ReasonKind
    value: str = ""
    """Name of the campaign, the source, the place, the holiday or the event."""


class Bucket(msgspec.Struct, frozen=True):
    """A point of the sparkline."""

    label: str
    """In the portal's own time; hours of the city's data in UTC."""
    observed: int | None
    """``None``: under the cohort, or nothing."""
    expected: float | None
    low: float | None = None
    """Nine in ten ordinary buckets hold from ``low`` to ``high``; ``None`` as well where the card was written before it was kept."""
    high: float | None = None


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A card as it may be shown."""

    name: str
    """What its head is called."""
    counts: str
    """What is counted: pageviews, events or visits; of the city's data the measure's unit."""
    observed: int | None
    """In the bucket that it last held in; ``None``: fewer than a cohort."""
    expected: float | None
    low: float | None
    """Nine in ten ordinary buckets hold from ``low`` to ``high``."""
    high: float | None
    lift: float | None
    """Observed over expected."""
    confidence: Confidence
    reason: Reason
    drivers: tuple[Driver, ...] = ()
    """By dimension, the largest share first."""
    spark: tuple[Bucket, ...] = ()
    told: str = ""
    """When the bucket ended that these numbers are of, an ISO text; empty where the card was written before it was kept."""
    beside: tuple[str, ...] = ()
    """Measures of the city's data that stood out at the same time."""


def confidence_of(found: Finding, before: Confidence = "possible") -> Confidence:
    """How sure it is, in a word: by the share of false alarms among findings as strong; once sure, a card stays so.

    New series, which have no past of their own, are at most likely.
    """
    now: Confidence = "certain" if found.q <= 0.001 and not found.new else "likely" if found.q <= 0.02 else "possible"
    return max(now, before, key=SURENESS.index)


def observed_of(found: Finding, visitors: int, policy: str) -> int | None:
    """The count of the bucket, as the gate lets it out."""
    row = Row((found.key[2],), (round(found.observed),), visitors)
    rows = release(Answer(rows=(row,), meta={}, query={}), policy).answer.rows
    return int(rows[0].metrics[0]) if rows and isinstance(rows[0].metrics[0], int) else None


def counts_of(dimension: str) -> str:
    """The metric that a series counts."""
    return "visits" if dimension in OF_VISITS else COUNTS.get(dimension, "events")


def drivers_of(ask: Ask, key: Key, filters: Filters, window: Window) -> tuple[Driver, ...]:
    """What visitors of the head came from, or went to, more or less than a week earlier: by dimension those that are sure to make a tenth
    or more of the difference. Rows that the gate hides on the side that has more are not in it; where the head has no more and no fewer
    visitors than then there is nothing to share.
    """
    now, before = window.range(), window.before()
    whole = _compared(ask, [], filters, now, before)
    came, usual = (whole[0].more, whole[0].less or 0) if whole else (0, 0)
    if came == usual:
        return ()
    is_fall = came < usual
    spans = (before, now) if is_fall else (now, before)
    found: list[Driver] = []
    for dimension, name in DRIVERS.items():
        if dimension == key[1]:
            continue
        rows = _compared(ask, [name], _visits_that(filters) if dimension in BY_EVENT else filters, *spans)
        hidden = FEW if dimension in BY_EVENT else _most_hidden(rows, min(came, usual))
        shares = [_driver(dimension, row, hidden, abs(came - usual), is_fall=is_fall) for row in rows]
        large = [one for one in shares if one.share >= LEAST_SHARE and one.value not in UNSET]
        found += sorted(large, key=lambda one: -one.share)[:MOST_DRIVERS]
    return tuple(found)


def reason_of(drivers: Sequence[Driver], special: str = "") -> Reason:
    """The likely reason; ``special`` names a holiday or planned event of the day. A campaign's visitors have a source too: it is first."""
    if special:
        return Reason("calendar", special)
    best: dict[str, Driver] = {}
    for one in sorted(drivers, key=lambda one: one.share):
        best[one.dimension] = one
    for dimension, kind, least in _LIKELY:
        found = best.get(dimension)
        if found is not None and found.share >= least and found.value != DIRECT:
            return Reason(kind, found.value)
    return Reason("unknown")


_LIKELY: tuple[tuple[str, ReasonKind, float], ...] = (
    ("campaign", "campaign", CAMPAIGN_SHARE),
    ("source", "source", SOURCE_SHARE),
    ("search", "search", SEARCH_SHARE),
)


def spark_of(ask: Ask, key: Key, filters: Filters, step: Step, ends: datetime, expected: Mapping[int, Usual]) -> tuple[Bucket, ...]:
    """The last two days by hour, or four weeks by day. ``expected`` is by the number of buckets before the last, which is 0."""
    buckets = SPARK_BUCKETS[step]
    begins = ends - buckets * (timedelta(hours=1) if step == "hour" else timedelta(days=1))
    body = {"metrics": [counts_of(key[1])], "dimensions": [f"time:{step}"], "filters": filters, "include": {"time_labels": True}}
    released = _asked(ask, body | {"date_range": Window(begins, ends).range()})
    if released is None:
        return ()
    labels = released.answer.meta.get("time_labels")
    names = [str(label) for label in labels][-buckets:] if isinstance(labels, list) else []
    seen = {row.dimensions[0]: row.metrics[0] for row in released.answer.rows}
    return tuple(
        Bucket(label, value if isinstance(value := seen.get(label), int) else None, *expected.get(len(names) - 1 - place, UNKNOWN))
        for place, label in enumerate(names)
    )


def _visits_that(filters: Filters) -> Filters:
    return [["has_done", one] if one[1].startswith("event:") else one for one in filters]


def _driver(dimension: str, row: _Compared, hidden: int, excess: int, *, is_fall: bool) -> Driver:
    """What is hidden is taken to be as near as it may be: a row that only may make much of the difference is no driver."""
    less = hidden if row.less is None else row.less
    visitors, before = (row.less or 0, row.more) if is_fall else (row.more, row.less or 0)
    return Driver(dimension, row.label, visitors, before, min(round((row.more - less) / excess, 2), 1.0))


def _most_hidden(rows: Sequence[_Compared], whole: int) -> int:
    """The most visitors that a hidden row may have of the whole that these rows divide: no more than is left of it, and no more than the
    smallest that is told, as the gate hides the smallest beside those under a cohort."""
    told = [row.less for row in rows if row.less is not None]
    return min([max(whole - sum(told), 0), *told])


def _compared(ask: Ask, dimensions: list[str], filters: Filters, span: list[str], other: list[str]) -> list[_Compared]:
    """Visitors of the one span, where they may be seen, and of the other."""
    body = {
        "metrics": ["visitors"],
        "dimensions": dimensions,
        "filters": filters,
        "date_range": span,
        "include": {"comparisons": {"mode": "custom", "date_range": other}},
    }
    released = _asked(ask, body)
    rows = [(row, _number(row)) for row in released.answer.rows] if released else []
    return [_Compared(row.dimensions[0] if row.dimensions else "", more, _number(row.comparison)) for row, more in rows if more is not None]


def _asked(ask: Ask, body: dict[str, Any]) -> Released[Answer] | None:
    """``None`` where such a question cannot be asked: a goal's visits by page."""
    try:
        return ask(body)
    except (BadQuestion, Refused):
        return None


def _number(row: Row | None) -> int | None:
    value = row.metrics[0] if row else None
    return value if isinstance(value, int) else None


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
