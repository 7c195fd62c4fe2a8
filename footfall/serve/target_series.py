"""What a target counts, day by day, through the gate: questions of the stats API, or measures of the city's data."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from footfall.control.targets import Measure, Question
from footfall.errors import BadQuestion, FootfallError
from footfall.reports.dividing import COUNTED
from footfall.serve.answers import ask, first_kept
from footfall.serve.city_data import Asked, Topic, contracts, find_topic, measured, window_of
from footfall.serve.house import Desk
from footfall.serve.measures import read_categories
from footfall.trends.panel import Floats
from footfall.vocabulary import Portal, Scalar

__all__ = ["LONGEST_PAST", "Counted", "Histories", "Span", "count_measure", "count_question", "until_of"]

DAY = timedelta(days=1)
LONGEST_PAST = 400
"""Days of history that a forecast looks at."""
MOST_OTHERS = 5
"""Portals of the group whose days help to learn holidays and errors."""
FINE = ("hour", "day")


class Span(msgspec.Struct, frozen=True):
    """Local days, both ends in it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """0 where it is empty."""
        return max(0, (self.last - self.first).days + 1)


class Counted(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What came, as far as it may be seen."""

    whole: float | None
    """Of the whole span; ``None``: too few to tell."""
    past: Span
    """Days of ``values``."""
    values: Floats
    """By day up to the last complete one; ``nan``: not known."""
    adds: bool = True
    unit: str = ""
    is_coarse: bool = False
    """The data come by week or more: there are no days."""


class Histories:
    """The days of a portal and of others in its group, asked for once for all targets of a page."""

    def __init__(self, desk: Desk, portal: Portal) -> None:
        self._desk, self._portal = desk, portal
        until = until_of(desk, portal)
        longest = until - LONGEST_PAST * DAY
        # A sealed portal keeps no events: all its days are out of the marts.
        self.past = Span(max(first_kept(desk, portal), longest) if portal.keep_events else longest, until)

    @cached_property
    def others(self) -> tuple[Floats, ...]:
        """Visitors by day of as many portals of the group, this one first; those that may not be asked are left out."""
        group = [one for one in self._desk.control.portals() if one.group == self._portal.group and one.id != self._portal.id]
        found = []
        for one in (self._portal, *group[:MOST_OTHERS]):
            try:
                found.append(by_day(self._desk, one, Question(("visitors",)), self.past))
            except FootfallError:
                continue
        return tuple(found)


def until_of(desk: Desk, portal: Portal) -> date:
    """The portal's last day that is over and counted."""
    _, loader = desk.store_of(portal)
    return datetime.fromtimestamp(loader.complete_until_ms() / 1000, ZoneInfo(portal.timezone)).date() - DAY


def count_question(desk: Desk, portal: Portal, question: Question, span: Span, past: Span) -> Counted:
    """The whole of ``span``, and days of ``past``. What is hidden of the past's days has its share of the past's whole.

    Raises:
        BadQuestion, Refused, Unavailable: as ``ask``.
    """
    adds = question.metrics[0] in COUNTED
    values = by_day(desk, portal, question, past)
    begun = int(np.argmax(np.nan_to_num(values) > 0)) if (np.nan_to_num(values) > 0).any() else len(values)
    past, values = Span(past.first + DAY * begun, past.last), values[begun:]
    hidden = values == 0
    if adds and hidden.any():
        values[hidden] = max(0.0, (whole_of(desk, portal, question, past) or 0.0) - values.sum()) / hidden.sum()
    return Counted(whole=whole_of(desk, portal, question, span) if span.days else 0.0, past=past, values=values, adds=adds)


def whole_of(desk: Desk, portal: Portal, question: Question, span: Span) -> float | None:
    """One number for all the days; ``None`` where it may not be seen."""
    rows = ask(desk, _body(portal, question, span)).answer.rows
    return _number(rows[0].metrics[0]) if rows else None


def by_day(desk: Desk, portal: Portal, question: Question, span: Span) -> Floats:
    """A number a day: 0 for days that are absent or hidden where days add up, else ``nan``."""
    rows = ask(desk, _body(portal, question, span) | {"dimensions": ["time:day"], "order_by": [["time:day", "asc"]]}).answer.rows
    found = {row.dimensions[0]: _number(row.metrics[0]) for row in rows}
    empty = 0.0 if question.metrics[0] in COUNTED else np.nan
    days = [found.get((span.first + DAY * place).isoformat()) for place in range(span.days)]
    return np.array([empty if day is None else day for day in days], dtype=np.float64)


def count_measure(desk: Desk, measure: Measure, span: Span) -> Counted:
    """The whole of ``span`` up to the last complete bucket; days where the data come by day or finer, else no values.

    Of what adds up, the whole is all cells whose time lies in the span, by whatever step they are told; days have their share of what
    is told by longer steps.

    Raises:
        BadQuestion, NotFound, Unavailable: as the API of measures.
    """
    topic = find_topic(desk, contracts(desk, lambda contract: True), measure.dataset, measure.measure)
    until = min(span.last, (topic.complete_until - timedelta(seconds=1)).date())
    if not topic.grains:
        raise BadQuestion("{measure} has no numbers by time.", measure=topic.held.measure)
    is_fine = topic.grains[0] in FINE
    grain = "day" if is_fine else topic.grains[0]
    first = max(topic.first_day, until - LONGEST_PAST * DAY) if is_fine else span.first
    past = Span(first, until)
    found = _cells(desk, topic, measure, past, grain)
    inside = [value for day, value in found.items() if span.first <= day <= until]
    # A day without a cell was folded, or was not loaded: it is not known.
    values = np.array([found.get(past.first + DAY * place, np.nan) for place in range(past.days)]) if is_fine else np.zeros(0)
    whole = float(np.mean(inside)) if inside else None
    if topic.adds_up:
        # Strictly: a month that is partly in the span would be in its number while it runs, and leave it later.
        whole = _whole_of_cells(desk, topic, measure, window_of(topic, span.first, span.last, is_strict=True))
    if topic.adds_up and values.size:
        values = _with_longer(values, _whole_of_cells(desk, topic, measure, window_of(topic, past.first, past.last)))
    whole = whole if span.first <= until else 0.0
    return Counted(whole=whole, past=past, values=values, adds=topic.adds_up, unit=topic.held.unit, is_coarse=not is_fine)


def _cells(desk: Desk, topic: Topic, measure: Measure, span: Span, grain: str) -> dict[date, float]:
    if not span.days:
        return {}
    asked = _asked(measure, window_of(topic, span.first, span.last), grain=grain, place_kind=measure.place_kind)
    rows = measured(desk, topic, asked).answer.rows
    return {date.fromisoformat(row.key[:10]): row.value for row in rows if row.value is not None}


def _whole_of_cells(desk: Desk, topic: Topic, measure: Measure, window: tuple[str, str]) -> float | None:
    """All that lies in the window; ``None`` where nothing does that may be seen."""
    kind = "city" if measure.place is None else measure.place_kind
    rows = measured(desk, topic, _asked(measure, window, by="place", place_kind=kind)).answer.rows
    return rows[0].value if rows else None


def _asked(measure: Measure, window: tuple[str, str], **more: Any) -> Asked:
    return Asked(window=window, place=measure.place, categories=read_categories(list(measure.categories)), **more)


def _with_longer(values: Floats, whole: float | None) -> Floats:
    """Days with their share of what the whole has beyond them; days that are not known have theirs of it, too."""
    known = values[np.isfinite(values)]
    if not known.size or known.sum() <= 0 or whole is None:
        return values
    shared: Floats = values * max(1.0, whole * known.size / (known.sum() * values.size))
    return shared


def _body(portal: Portal, question: Question, span: Span) -> dict[str, Any]:
    days = [span.first.isoformat(), span.last.isoformat()]
    return {"site_id": portal.domain, "metrics": list(question.metrics), "filters": list(question.filters), "date_range": days}


def _number(value: Scalar) -> float | None:
    return float(value) if isinstance(value, int | float) else None
