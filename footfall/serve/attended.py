"""How many came to the city's events, out of the datasets of attendance; each number has passed the rule of the city's data."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date

import msgspec

from footfall.errors import BadQuestion
from footfall.serve.city_data import Asked, Topic, contracts, measured, topics_of, values_in, window_of
from footfall.serve.house import Desk
from footfall.serve.satisfaction import category_number, slug
from footfall.sources.contract import Contract

__all__ = ["Attended", "attended_of"]

EVENT, KIND = ("event", "name", "title"), ("kind", "type", "category")
"""Names of the columns that say which event it was, and of which kind."""
MOST_EVENTS = 80


class Attended(msgspec.Struct, frozen=True):
    """Attendance of a period."""

    events: dict[str, dict[date, float]]
    """By event and day; what was too small for its day is absent."""
    kinds: dict[str, str]
    """Where a dataset tells them."""
    districts: dict[str, float]
    """By place: districts, or what a dataset has that tells none, such as venues."""
    datasets: tuple[str, ...]

    @property
    def slugs(self) -> set[str]:
        return {slug(name) for name in self.events}


def attended_of(desk: Desk, readable: Callable[[Contract], bool], first: date, last: date) -> Attended:
    """Of all datasets of events whose cells are people, and of these days.

    Raises:
        Unavailable: the store is away.
    """
    events: dict[str, dict[date, float]] = defaultdict(dict)
    districts: dict[str, float] = defaultdict(float)
    kinds: dict[str, str] = {}
    datasets = []
    for contract in contracts(desk, lambda one: one.module == "events" and one.cohort not in ("rows", "certified") and readable(one)):
        number = category_number(contract, EVENT)
        topic = next(iter(topics_of(desk, contract)), None)
        if number is None or topic is None or "day" not in topic.grains:
            continue
        datasets.append(contract.id)
        window = window_of(topic, first, last)
        for name in [value for at, value in values_in(desk, topic) if at == number][:MOST_EVENTS]:
            for day, people in _by_day(desk, topic, window, (number, name)).items():
                if first <= day <= last:
                    events[name][day] = events[name].get(day, 0.0) + people
            kinds |= _kind_of(desk, topic, window, (number, name))
        for place, people in _by_place(desk, topic, window).items():
            districts[place] += people
    return Attended({name: days for name, days in events.items() if days}, kinds, dict(districts), tuple(datasets))


def _by_day(desk: Desk, topic: Topic, window: tuple[str, str], event: tuple[int, str]) -> dict[date, float]:
    answer = measured(desk, topic, Asked(window=window, grain="day", categories=(event,))).answer
    return {date.fromisoformat(cell.key[:10]): cell.value for cell in answer.rows if cell.value}


def _by_place(desk: Desk, topic: Topic, window: tuple[str, str]) -> dict[str, float]:
    kinds = ("district",) if "district" in topic.place_kinds else topic.public_kinds
    if not kinds:
        return {}
    answer = measured(desk, topic, Asked(by="place", window=window, place_kind=kinds[0])).answer
    return {cell.key: cell.value for cell in answer.rows if cell.value and cell.key}


def _kind_of(desk: Desk, topic: Topic, window: tuple[str, str], event: tuple[int, str]) -> dict[str, str]:
    """The kind under which the event has cells, where the dataset tells kinds."""
    number = category_number(topic.contract, KIND)
    if number is None or number == event[0]:
        return {}
    for value in [value for at, value in values_in(desk, topic) if at == number][:MOST_EVENTS]:
        try:
            asked = Asked(by="place", window=window, place_kind="city", categories=(event, (number, value)))
            if measured(desk, topic, asked).answer.rows:
                return {event[1]: value}
        except BadQuestion:
            return {}
    return {}
