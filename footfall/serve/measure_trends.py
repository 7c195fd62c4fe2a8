"""Trends of the city's data: each measure that adds up is looked at when its newest hour or day is complete, as portals' series are."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec

from footfall.control.load_totals import began_ms
from footfall.control.places import list_places
from footfall.control.trends import Card, cards_since, save_cards
from footfall.serve.alerting.news import dated
from footfall.serve.city_data import Asked, Topic, contracts, measured, topics_of, window_of
from footfall.serve.house import Desk
from footfall.serve.jobs import Stopped
from footfall.serve.planned import calendar_of
from footfall.sources.contract import COARSER, Contract
from footfall.trends.detecting import Detecting
from footfall.trends.measures import MOST_PLACES, Cells, Series, Told, look_at, tell, upto
from footfall.trends.panel import Panel, Step, step_of
from footfall.trends.states import rules_of
from footfall.trends.watching import BUCKETS, cards_of

__all__ = ["panel_of", "watch_measures"]

COUNTED = ("count", "sum", "distinct")
"""What is seldom and often; of means nothing is expected."""
MOST_AT_ONCE: dict[Step, int] = {"hour": 24, "day": 7}
"""Buckets that are looked at where several came together; of a dataset that is new here the last alone."""
STRICTNESS = 2.0
"""A measure is a test by itself, so a tenth of false alarms among its findings would be one of each ten measures a day."""
MARK = "measure {digest}"
LABEL_LENGTH = 19


def watch_measures(desk: Desk, until_s: int, stopped: Callable[[], bool] = lambda: False) -> int:
    """Look at buckets that ended by then and were not looked at; how many cards began or went on.

    Raises:
        Unavailable: control or store is away; the same again completes it.
        Stopped: the server stops.
    """
    until, changed = datetime.fromtimestamp(until_s, UTC), 0
    for topic, step in _looked_at(desk):
        if stopped():
            raise Stopped
        changed += _look(desk, topic, step, until)
    return changed


def panel_of(desk: Desk, topic: Topic, step: Step, ends: datetime) -> Panel:
    """The measure's series on the buckets that end by then, an instant; every cell of it passed the gate. Raises Unavailable."""
    last = _start(topic.zone, step, ends) - step_of(step)
    first = last - (BUCKETS[step] - 1) * step_of(step)
    series = Series(dataset=topic.contract.id, measure=topic.held.measure, first=first, step=step, buckets=BUCKETS[step])
    return series.panel(_cells(desk, topic, series))


def _looked_at(desk: Desk) -> Iterator[tuple[Topic, Step]]:
    for contract in contracts(desk, lambda one: True):
        for topic in topics_of(desk, contract):
            for step in ("hour", "day"):
                if topic.aggregate in COUNTED and step in topic.grains and (_is_whole(topic, step) or topic.public_kinds):
                    yield topic, step


def _is_whole(topic: Topic, step: Step) -> bool:
    """Whether what the city's number of a step lacks is under a cohort of each category: what is folded goes to a rung in the step."""
    contracts = [topic.contract, *(one.contract for one in topic.stored if one.contract)]
    return all(_has_rung(contract, step) for contract in contracts)


def _has_rung(contract: Contract, step: Step) -> bool:
    return any(rung.place == "city" and (rung.time == step or step in COARSER[rung.time]) for rung in contract.ladder)


def _look(desk: Desk, topic: Topic, step: Step, until: datetime) -> int:
    # A bucket that was loaded before it ended grows until the next load.
    loaded = datetime.fromtimestamp(began_ms(desk.control, topic.held.last_load) / 1000, UTC)
    ends = min(until, loaded, topic.complete_until.astimezone(UTC))
    last = _start(topic.zone, step, ends) - step_of(step)
    mark = MARK.format(digest=sha256(f"{topic.contract.id}:{topic.held.measure}:{step}".encode()).hexdigest()[:32])
    known = desk.control.last_day(mark)
    fresh = int((last.timestamp() - float(known)) // step_of(step).total_seconds()) if known else 1
    if fresh <= 0:
        return 0
    panel, changed = panel_of(desk, topic, step, ends), 0
    if not (panel.values < 0).any():
        for back in range(min(fresh, MOST_AT_ONCE[step]) - 1, -1, -1):
            changed += _look_at(desk, topic, step, upto(panel, panel.values.shape[1] - back))
    desk.control.set_last_day(mark, f"{last.timestamp():.0f}")
    return changed


def _look_at(desk: Desk, topic: Topic, step: Step, panel: Panel) -> int:
    calendar = calendar_of(desk.settings, panel.start_of(panel.values.shape[1] - 1).date())
    seen = look_at(panel, Detecting(calendar, topic.zone, {}, strictness=STRICTNESS), is_whole=_is_whole(topic, step))
    if seen is None:
        return 0
    known, elsewhere = _known(desk, panel, seen.ends_ms)
    told = Told(name=f"{topic.contract.name}: {topic.held.measure}", unit=topic.held.unit or topic.held.measure, places=_names(desk, topic))
    cards = cards_of(seen, known, partial(tell, told=told, calendar=calendar), elsewhere=elsewhere)
    return len(save_cards(desk.control, [dated(card, desk.now()) for card in cards]))


def _known(desk: Desk, panel: Panel, ends_ms: int) -> tuple[Sequence[Card], Sequence[Card]]:
    """The measure's cards that may go on: those of the step, and those of the other one."""
    name = panel.keys[0][2]
    steps: tuple[Step, Step] = ("hour", "day") if panel.step == "hour" else ("day", "hour")
    mine, elsewhere = (
        [card for card in cards_since(desk.control, step, ends_ms - _rest_ms(step)) if card.site is None and _is_of(card, name)]
        for step in steps
    )
    return mine, elsewhere


def _is_of(card: Card, name: str) -> bool:
    return card.key == name or card.key.startswith(f"{name}:")


def _rest_ms(step: Step) -> int:
    return int(rules_of(step).refractory * step_of(step).total_seconds() * 1000)


def _cells(desk: Desk, topic: Topic, series: Series) -> Cells:
    """Of the city, and of its largest places that have a name: of thousands a question would leave out hours."""
    zone = topic.zone if series.step == "hour" else UTC
    last = series.first + series.buckets * step_of(series.step) - timedelta(seconds=1)
    window = window_of(topic, series.first.astimezone(zone).date(), last.astimezone(zone).date())
    asked = Asked(window=window, grain=series.step)
    rows = [(row.key, "", row.value) for row in measured(desk, topic, asked).answer.rows]
    places = _largest(desk, topic, asked)
    if places:
        by_both = msgspec.structs.replace(asked, by="series", place_kind=topic.public_kinds[0], places=places)
        both = measured(desk, topic, by_both).answer.rows
        rows += [(row.key[:LABEL_LENGTH], place, row.value) for row in both if (place := row.key[LABEL_LENGTH + 1 :])]
    told = ((_bucket(topic.zone, series, label), place, value) for label, place, value in rows)
    return {(bucket, place): value for bucket, place, value in told if bucket is not None and value is not None}


def _largest(desk: Desk, topic: Topic, asked: Asked) -> tuple[str, ...]:
    """Places by what they have in the window, the largest first."""
    by_place = [msgspec.structs.replace(asked, by="place", place_kind=kind) for kind in topic.public_kinds[:1]]
    rows = [row.key for one in by_place for row in measured(desk, topic, one).answer.rows if row.key and row.value is not None]
    return tuple(rows[:MOST_PLACES])


def _bucket(zone: ZoneInfo, series: Series, label: str) -> int | None:
    """A label is the bucket's beginning in the measure's own time; by days its date counts. ``None``: the hour that the end of summer time
    repeats, as one label holds both."""
    begins = datetime.fromisoformat(label)
    at = begins.replace(tzinfo=UTC if series.step == "day" else zone)
    if at.utcoffset() != at.replace(fold=1).utcoffset():
        return None
    return (at.astimezone(UTC) - series.first) // step_of(series.step)


def _start(zone: ZoneInfo, step: Step, at: datetime) -> datetime:
    """The beginning of the bucket that an instant is in, an hour of local clocks: where a zone is half an hour off, at half past in UTC. Of
    a day 00:00 UTC of its local date."""
    if step == "hour":
        return at.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    day: date = at.astimezone(zone).date()
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _names(desk: Desk, topic: Topic) -> dict[str, str]:
    kinds = topic.public_kinds[:1]
    return {id: place.name for kind in kinds for id, place in list_places(desk.control, kind).items()}
