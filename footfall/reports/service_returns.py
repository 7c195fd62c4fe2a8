"""Who comes back to a service: of the devices that began its form and agreed to be recognised, those that had been here in a week before.

What a device tells of itself and what it does with a form meet within one day; no two days are joined. So it is the users of a service who
had been on the portal before, not who used the same service twice: a device keeps no list of what it was used for.
"""

from collections import Counter, defaultdict
from importlib.resources import files
from itertools import groupby

import msgspec

from footfall.privacy import Released
from footfall.reports.loyalty import SINCE
from footfall.reports.question import Question
from footfall.reports.run import EngineLike, answer_of, with_data
from footfall.reports.wilson import Rate, rate_of
from footfall.vocabulary import Answer, Row

__all__ = ["ServiceReturn", "returns_of", "service_returns"]

RETURNS = files("footfall.reports").joinpath("service_returns.sql").read_text(encoding="utf-8")
BEGAN, AGREED, CAME = "began", "agreed", "came back"


class ServiceReturn(msgspec.Struct, frozen=True):
    """Of one service, as it may be shown."""

    agreed: Rate | None
    """Visitors by day who agreed to be recognised, of those who began the form; ``None``: too few to tell, or none."""
    return_rate: Rate | None
    """Of those that agreed, those that had been here in a week before."""


def service_returns(question: Question, engine: EngineLike, complete_until_ms: int | None = None) -> Answer:
    """Visitors by day by form: all who began it, of those who agreed, of those who had been here in a week before. Not yet released.

    Each form's three rows stand together, each within the one before it, so a difference of two is a group that the gate holds to the
    cohort (``related`` is ``paths``). Goes by whole service days; filters do not matter.

    Raises:
        BadQuestion: it takes too long.
        Unavailable: the store is away.
    """
    question = with_data(question, engine)
    given = {"site": question.portal.id, "first": question.period.first, "last": question.period.last, "classes": list(SINCE)}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for form, agreed, is_back, visitors in engine.query(RETURNS, given, name="service returns"):
        for name, is_so in ((BEGAN, True), (AGREED, bool(agreed)), (CAME, bool(is_back))):
            found[form][name] += int(visitors) if is_so else 0
    ranked = sorted(found.items(), key=lambda item: (-item[1][BEGAN], item[0]))
    rows = [
        Row((form, name), (counts[name],), counts[name], keys=(rank, place))
        for rank, (form, counts) in enumerate(ranked)
        for place, name in enumerate((BEGAN, AGREED, CAME))
    ]
    return answer_of(question, rows, complete_until_ms, related="paths" if rows else "")


def returns_of(released: Released[Answer]) -> dict[str, ServiceReturn]:
    """By form what the released answer says, with intervals."""
    return {
        form: _return({row.dimensions[1]: row.metrics[0] for row in rows})
        for form, rows in groupby(released.answer.rows, key=lambda row: row.dimensions[0])
    }


def _return(told: dict[str, object]) -> ServiceReturn:
    return ServiceReturn(_rate(told.get(AGREED), told.get(BEGAN)), _rate(told.get(CAME), told.get(AGREED)))


def _rate(part: object, whole: object) -> Rate | None:
    return rate_of(part, whole) if isinstance(part, int) and isinstance(whole, int) and whole else None
