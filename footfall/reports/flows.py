"""Flows: the sections that visits go through one after another, where people leave, and where they go round in circles.

A section is the first part of a path. Flows go by each visitor's first visit of a day, so at every step a visitor is in one flow and no
other: the flows out of a section divide its visitors, and the gate sees to it that no small rest can be had by subtraction.
"""

from collections import defaultdict
from importlib.resources import files
from string import Template
from typing import Any

import msgspec

from footfall.privacy import Released
from footfall.reports.journeys import EXIT
from footfall.reports.question import Question
from footfall.reports.run import EngineLike, answer_of, with_data
from footfall.reports.whole_visits import WholeVisits
from footfall.vocabulary import Answer, Order, Row

__all__ = ["DEPTH", "Flow", "Leaving", "flows", "leaving", "loops", "shown_flows"]

FLOWS, LOOPS = (Template(files("footfall.reports").joinpath(name).read_text(encoding="utf-8")) for name in ("flows.sql", "loops.sql"))
DEPTH = 4
"""Sections of a visit that are followed, the exit counted as one."""
SECTION = "concat('/', splitByChar('/', toString(path))[2])"
"""``/services`` of ``/services/passport``; ``/`` of the first page."""
MOST_FIRST = (Order(by_metric=True, place=0, descending=True),)


class Flow(msgspec.Struct, frozen=True):
    """Visitors who went from one section to the next, as it may be shown."""

    step: int
    """From 1: from a visit's first section."""
    source: str
    target: str
    """A section, or EXIT."""
    visitors: int


class Leaving(msgspec.Struct, frozen=True):
    """A section and those who left the portal from it."""

    section: str
    left: int
    shown: int
    """Visitors of all flows out of it that may be shown."""

    @property
    def share(self) -> float:
        """Percent of them who left."""
        return round(100 * self.left / self.shown, 1)


def flows(question: Question, engine: EngineLike, complete_until_ms: int | None = None) -> Answer:
    """Visitors by step and pair of sections, most first; not yet released. A visit counts on the day on which it begins.

    Raises:
        BadQuestion: it takes too long.
        Unavailable: the store is away.
    """
    question = with_data(question, engine)
    found = _asked(question, engine, FLOWS, name="flows")
    rows = [
        Row((str(step), source, target), (int(visitors),), int(visitors), keys=(int(step), source, target))
        for step, source, target, visitors in found
    ]
    return answer_of(question, rows, complete_until_ms, parts=((), (0,), (0,)), order=MOST_FIRST)


def loops(question: Question, engine: EngineLike, complete_until_ms: int | None = None) -> Answer:
    """Visitors by a section that they came back to and the one between, most first; not yet released. Raises as ``flows``."""
    question = with_data(question, engine)
    found = _asked(question, engine, LOOPS, name="loops")
    rows = [Row((str(section), str(between)), (int(visitors),), int(visitors)) for section, between, visitors in found]
    return answer_of(question, rows, complete_until_ms, order=MOST_FIRST)


def shown_flows(released: Released[Answer]) -> tuple[Flow, ...]:
    """The flows of a released answer, most visitors first."""
    rows = ((row.dimensions, row.metrics[0]) for row in released.answer.rows)
    return tuple(Flow(int(step), source, target, visitors) for (step, source, target), visitors in rows if isinstance(visitors, int))


def leaving(found: tuple[Flow, ...]) -> tuple[Leaving, ...]:
    """Sections by those who left from them, most first; only of flows that may be shown."""
    out: dict[str, int] = defaultdict(int)
    left: dict[str, int] = defaultdict(int)
    for flow in found:
        out[flow.source] += flow.visitors
        left[flow.source] += flow.visitors if flow.target == EXIT else 0
    return tuple(
        Leaving(section, left[section], out[section]) for section in sorted(left, key=lambda one: (-left[one], one)) if left[section]
    )


def _asked(question: Question, engine: EngineLike, sql: Template, *, name: str) -> list[tuple[Any, ...]]:
    visits = WholeVisits(question)
    period = {"from": visits.instant(visits.period.from_ms), "to": visits.instant(visits.period.to_ms)}
    text = sql.substitute(period, events=visits.events(), section=SECTION, depth=str(DEPTH), exit=EXIT)
    return sorted(engine.query(text, visits.parameters, name=name), key=lambda row: (-int(row[-1]), row))
