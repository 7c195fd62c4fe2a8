"""Journeys: the page that visitors saw just before another, and just after it. Never more than one page to each side."""

from importlib.resources import files
from string import Template

import msgspec

from footfall.errors import BadQuestion
from footfall.privacy import Released
from footfall.reports.question import Question
from footfall.reports.ratios import ratio
from footfall.reports.run import EngineLike, answer_of, with_data
from footfall.reports.whole_visits import WholeVisits
from footfall.vocabulary import Answer, Row

__all__ = ["ENTRY", "EXIT", "SIDES", "Neighbours", "journey", "neighbours"]

SQL = Template(files("footfall.reports").joinpath("journey.sql").read_text(encoding="utf-8"))
ENTRY, EXIT = "(entry)", "(exit)"
"""Stand for no page before, and no page after. No path looks like them."""
SIDES = {"before": ENTRY, "after": EXIT}
LONGEST_PATH = 2000


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """A page beside another."""

    page: str
    """A path, ENTRY or EXIT."""
    visitors: int | None
    """``None``: they are counted with the others, who besides are too few to be told, or none."""
    share: float | None
    """Percent of the page's visitors."""


class Neighbours(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a page as it may be shown; all of it follows from numbers that passed the gate."""

    visitors: int | None
    """The page's own; ``None``: too few, or none."""
    rows: tuple[Neighbour, ...] = ()
    """Most visitors first."""
    others: int = 0
    """Visitors of all pages that have no number here."""
    others_share: float | None = None


def journey(question: Question, page: str, engine: EngineLike, complete_until_ms: int | None = None) -> dict[str, Answer]:
    """Visitors of the page by the page before it and by the page after it: two answers by side, not yet released.

    The first row of each is the page itself with all its visitors; the others part them. Each visitor counts once, by the first time they
    saw the page in the period. A page that is loaded again is not its own neighbour.

    Raises:
        BadQuestion: the page is no path, or the question takes too long.
        Unavailable: the store is away.
    """
    if not page.startswith("/") or len(page) > LONGEST_PATH:
        raise BadQuestion("page {page!r} is not valid. Valid: a path that starts with '/'.", page=page[:100])
    question = with_data(question, engine)
    visits = WholeVisits(question)
    name, period = visits.value(page), visits.period
    seen = f"{visits.events_scope()} AND path = {name} AND name = 'pageview'"
    values = {"page": name, "from": visits.instant(period.from_ms), "to": visits.instant(period.to_ms)}
    sql = SQL.substitute(values, events=visits.events(), seen=seen)
    found = engine.query(sql, visits.parameters, name="journey")
    return {
        side: _side(question, page, [(at or empty, int(n)) for of, at, n in found if of == side], complete_until_ms)
        for side, empty in SIDES.items()
    }


def neighbours(released: Released[Answer], most: int) -> Neighbours:
    """One side of a released journey: at most so many pages, and the rest together."""
    answer = released.answer
    whole = answer.rows[0].metrics[0]
    if not isinstance(whole, int) or not whole:
        return Neighbours(visitors=None)
    rows = []
    for row in answer.rows[1 : most + 1]:
        visitors = row.metrics[0]
        known = visitors if isinstance(visitors, int) else None
        rows.append(Neighbour(page=row.dimensions[0], visitors=known, share=None if known is None else ratio(100 * known, whole, 1)))
    others = whole - sum(row.visitors or 0 for row in rows)
    return Neighbours(visitors=whole, rows=tuple(rows), others=others, others_share=ratio(100 * others, whole, 1))


def _side(question: Question, page: str, found: list[tuple[str, int]], complete_until_ms: int | None) -> Answer:
    parts = sorted(found, key=lambda one: (-one[1], one[0]))
    whole = (page, sum(visitors for _, visitors in parts))
    rows = [Row((at,), (visitors,), visitors, keys=(place,)) for place, (at, visitors) in enumerate([whole, *parts])]
    return answer_of(question, rows, complete_until_ms, related="parts")
