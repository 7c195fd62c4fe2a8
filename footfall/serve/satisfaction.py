"""How content people are with each service, out of the surveys that the city loaded: no answer of one person, and no portal's event."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

import msgspec

from footfall.errors import BadQuestion
from footfall.serve.city_data import SUMMARIES, Asked, Topic, contracts, measured, topics_of, values_in, window_of
from footfall.serve.house import Desk
from footfall.sources.contract import Contract

__all__ = ["Satisfaction", "category_number", "satisfaction_of", "slug"]

SERVICE = ("service",)
"""Names of the column of a survey that says which service an answer is about."""
MOST_SERVICES = 40


class Satisfaction(msgspec.Struct, frozen=True):
    """One summary of one service's answers."""

    measure: str
    """csat, nps or ces."""
    value: float
    answers: int
    """Rounded to tens."""
    dataset: str


def slug(text: str) -> str:
    """A name as it is compared across datasets.

    >>> slug(" Parking permit"), slug("parking_permit"), slug("Выдача паспорта")
    ('parking-permit', 'parking-permit', 'выдача-паспорта')
    """
    return "-".join(re.findall(r"\w+", text.casefold().replace("_", " ")))


def satisfaction_of(desk: Desk, readable: Callable[[Contract], bool], first: date, last: date) -> dict[str, list[Satisfaction]]:
    """Summaries by slug of the service, of the surveys' buckets that lie in these days whole; released.

    Raises:
        Unavailable: the store is away.
    """
    found: dict[str, list[Satisfaction]] = defaultdict(list)
    for contract in contracts(desk, lambda one: one.module == "surveys" and readable(one)):
        number = category_number(contract, SERVICE)
        if number is None:
            continue
        for topic in topics_of(desk, contract):
            if topic.held.measure in SUMMARIES[:3]:
                for service, told in _told(desk, topic, number, (first, last)):
                    found[slug(service)].append(told)
    return dict(found)


def category_number(contract: Contract, names: tuple[str, ...]) -> int | None:
    """The number of the contract's column of categories with one of these names, as questions of measures have it; ``None`` without one."""
    before = 1 if contract.reduce == "survey" else 0
    columns = [column.name.casefold() for column in contract.used("category")]
    return next((before + columns.index(name) + 1 for name in names if name in columns), None)


def _told(desk: Desk, topic: Topic, number: int, days: tuple[date, date]) -> Iterator[tuple[str, Satisfaction]]:
    window = window_of(topic, *days)
    services = [value for at, value in values_in(desk, topic) if at == number][:MOST_SERVICES]
    for service in services:
        try:
            answer = measured(desk, topic, Asked(by="place", window=window, place_kind="city", categories=((number, service),))).answer
        except BadQuestion:
            continue
        for cell in answer.rows:
            if cell.value is not None:
                yield service, Satisfaction(topic.held.measure, round(cell.value, 1), cell.cohort, topic.contract.id)
