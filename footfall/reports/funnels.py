"""Funnels: how many visitors took each of some steps in order, within one visit."""

from collections.abc import Sequence
from importlib.resources import files
from itertools import accumulate
from string import Template

import msgspec

from footfall.errors import BadQuestion
from footfall.privacy import Released
from footfall.reports.question import Question
from footfall.reports.ratios import ratio
from footfall.reports.run import EngineLike, answer_of, with_data
from footfall.reports.whole_visits import WholeVisits
from footfall.sentences import NONE_YET
from footfall.vocabulary import Answer, Blank, Goal, Row, Step

__all__ = ["Taken", "funnel", "taken", "taken_rows"]

SQL = Template(files("footfall.reports").joinpath("funnel.sql").read_text(encoding="utf-8"))


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A step as it may be shown; all of it follows from numbers that passed the gate."""

    place: int
    """From 1."""
    name: str
    visitors: int | None
    """``None``: blank."""
    blank: Blank = ""
    """Why it is: ``few`` took it, or ``near`` all who took the last step shown (few were lost), or ``either``. None is few."""
    since: int = 0
    """The last step before it that has a number; 0 for none."""
    share: float | None = None
    """Percent of the first step's visitors."""
    lost: int | None = None
    """Visitors who took the step ``since`` and not this one."""
    lost_share: float | None = None
    """Percent of that step's visitors."""


def funnel(question: Question, steps: tuple[Step, ...], engine: EngineLike, complete_until_ms: int | None = None) -> Answer:
    """Visitors by step, one row a step in their order, not yet released; each row's visitors are among those of the row before.

    A visitor took a step if one of their visits took it and, before it, all the others, each by an event of its own. A visit counts in the
    period in which it took the first step. Visits are taken as the question's filters have them.

    Raises:
        BadQuestion: a step names a goal that the portal has not, or the question takes too long.
        Unavailable: the store is away.
    """
    question = with_data(question, engine)
    goals = [_goal(step, question.goals) for step in steps]
    visits = WholeVisits(question)
    events = visits.events()
    tests = [visits.goal(goal) for goal in goals]
    tests[0] = f"({tests[0]} AND {visits.inside()})"
    may = " + ".join(f"{1 << place}::UInt16 * {test}" for place, test in enumerate(tests))
    found = dict(engine.query(SQL.substitute(may=may, events=events), visits.parameters, name="funnel"))
    reached = list(accumulate(int(found.get(depth, 0)) for depth in range(len(steps), 0, -1)))[::-1]
    rows = [
        Row((step.name,), (visitors,), visitors, keys=(place,)) for place, (step, visitors) in enumerate(zip(steps, reached, strict=True))
    ]
    return answer_of(question, rows, complete_until_ms, related="chain")


def taken(released: Released[Answer]) -> tuple[Taken, ...]:
    """The steps of a released funnel with their shares and losses: 1 decimal, of the step shown before, none where there is no such."""
    return taken_rows(released.answer.rows)


def taken_rows(rows: Sequence[Row]) -> tuple[Taken, ...]:
    """As ``taken``, of the released rows of one chain."""
    found: list[Taken] = []
    since, before = 0, 0
    first = _visitors(rows[0])
    for place, row in enumerate(rows, start=1):
        visitors = _visitors(row)
        step = Taken(place=place, name=row.dimensions[0], visitors=visitors, blank=row.blank, since=since)
        if visitors is not None:
            share = ratio(100 * visitors, first, 1) if first else None
            step = msgspec.structs.replace(step, share=share)
            if before:
                lost = before - visitors
                step = msgspec.structs.replace(step, lost=lost, lost_share=ratio(100 * lost, before, 1))
            since, before = place, visitors
        found.append(step)
    return tuple(found)


def _visitors(row: Row) -> int | None:
    value = row.metrics[0]
    return int(value) if isinstance(value, int | float) else None


def _goal(step: Step, goals: tuple[Goal, ...]) -> Goal:
    if step.page:
        return Goal(id=0, portal_id=0, page_path=step.page, display_name=step.page)
    for goal in goals:
        if goal.display_name == step.goal:
            return goal
    known = ", ".join(goal.display_name for goal in goals) or NONE_YET
    raise BadQuestion("The goal {goal!r} is not set up on this portal. Goals there are: {goals}.", goal=step.goal, goals=known)
