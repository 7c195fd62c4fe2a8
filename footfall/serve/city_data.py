"""The city's data as they are asked for: who may see a dataset, what of it can be asked, and the question with its answer."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

import msgspec

from footfall.control.contracts import read_under
from footfall.control.datasets import list_datasets
from footfall.control.keys import Key
from footfall.control.load_totals import Totals, totals_of
from footfall.control.places import parents_of
from footfall.control.roles import ROLES, Grant, Operator
from footfall.control.transactions import Database
from footfall.errors import BadQuestion, NotFound
from footfall.privacy import Released, release_measures
from footfall.privacy.measures import FLOOR, ROUND_TO, Rule, rule_of
from footfall.reports.measures import Aggregate, Held, MeasureQuestion, Rows, held, measure_by, outlines_of, values_of
from footfall.sentences import NONE_YET
from footfall.serve.house import Desk
from footfall.serve.loading_sources import current_rows
from footfall.sources.contract import COARSER, GRAINS, Contract
from footfall.sources.odcs import read_contract
from footfall.store.engine import Engine
from footfall.vocabulary import Measured, Ring

__all__ = [
    "Asked",
    "Topic",
    "bucket_end",
    "contracts",
    "corners_of",
    "find_topic",
    "is_readable",
    "measured",
    "reader_of",
    "span_of",
    "topics_of",
    "values_in",
    "window_of",
]

COARSEST_OF_RESTRICTIONS = "week"
PUBLIC_GRAINS = tuple(grain for grain in GRAINS if grain != "hour")
SUMMARIES = ("csat", "nps", "ces", "share", "mean")
"""What a survey's cells have that is no count: means of answers."""
ANALYST = Operator(id=0, email="", name="", grants=(Grant(role="analyst"),))
AFTER = timedelta(days=367)
read_text = lru_cache(maxsize=500)(read_contract)


class Stored(msgspec.Struct, frozen=True):
    """The contract of loads that are read, and their numbers."""

    contract: Contract | None
    """``None``: it is not known any more."""
    loads: tuple[int, ...]


class Stores(Protocol):
    """Where datasets are: a desk, or ``Sources``."""

    @property
    def control(self) -> Database: ...
    @property
    def engine(self) -> Engine: ...


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A measure with all that can be asked of it. What holds for its cells is what the contracts said that these were loaded under: a newer
    one changes nothing of what was stored before it."""

    contract: Contract
    """The one that stands."""
    stored: tuple[Stored, ...]
    """That of the newest load first."""
    loads: frozenset[int]
    """Of whose cells it is made: not those in which the measure was something else, by another aggregate or in another unit."""
    held: Held
    aggregate: Aggregate
    parents: dict[tuple[str, str], dict[str, str]]
    totals: Totals
    """Rows in tens, and 0 for fewer than 20: for whoever asks."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.contract.timezone)

    @property
    def is_certified(self) -> bool:
        """Whether all that is stored is: one load that is not has its cells rounded, and so all of them are."""
        return bool(self.stored) and all(one.contract is not None and one.contract.cohort == "certified" for one in self.stored)

    @property
    def min_cohort(self) -> int:
        """The least that any of its cells rests on."""
        return min((one.contract.min_cohort if one.contract else FLOOR for one in self.stored), default=self.contract.min_cohort)

    @property
    def grains(self) -> tuple[str, ...]:
        """Buckets it can be shown by, finest first. Restrictions are told by the week at the finest."""
        found = [grain for grain in GRAINS if self.grains_within(grain)]
        return tuple(found[found.index("week") :] if self.is_weekly and "week" in found else found)

    @property
    def place_kinds(self) -> tuple[str, ...]:
        """Kinds of place it can be shown by, those of its own ladder first."""
        ladders = [self.contract.ladder, *(one.contract.ladder for one in self.stored if one.contract)]
        own = [rung.place for ladder in ladders for rung in ladder if rung.place != "city"]
        above = [parent for kind, parent in self.parents if kind in own]
        return tuple(kind for kind in dict.fromkeys([*own, *above]) if self.kinds_within(kind))

    @property
    def public_kinds(self) -> tuple[str, ...]:
        """Those by which it may stand beside another dataset's: zones with a name, no cells of a grid."""
        return tuple(kind for kind in self.place_kinds if not kind.startswith("h3:"))

    @property
    def public_grains(self) -> tuple[str, ...]:
        """A day at the finest."""
        return tuple(grain for grain in self.grains if grain in PUBLIC_GRAINS)

    def grains_within(self, grain: str) -> tuple[str, ...]:
        """Of the cells that there are, those that such a bucket holds whole."""
        return tuple(finer for finer in self.held.grains if finer == grain or grain in COARSER[finer])  # type: ignore[index]

    def kinds_within(self, kind: str) -> tuple[str, ...]:
        """Of the cells that there are, those that such a place holds whole."""
        if kind == "city":
            return self.held.place_kinds
        if kind.startswith("h3:"):
            return tuple(one for one in self.held.place_kinds if one.startswith("h3:") and int(one[3:]) >= int(kind[3:]))
        return tuple(one for one in self.held.place_kinds if one == kind or (one, kind) in self.parents)

    @property
    def first_day(self) -> date:
        return _local(self.held.first, self.zone).date()

    @property
    def complete_until(self) -> datetime:
        """The end of the last bucket that has a number, in the contract's own time; the last may still grow."""
        return bucket_end(_local(self.held.last, self.zone), self.held.last_grain)

    @property
    def last_label(self) -> str:
        """The last day that is complete, or the hour until which its last day is."""
        until = self.complete_until
        if until.hour or until.minute:
            return until.strftime("%Y-%m-%d %H:%M:%S")
        return (until - timedelta(seconds=1)).date().isoformat()

    @property
    def adds_up(self) -> bool:
        """Whether steps and places add up: means do not, nor do devices, of which one may be in several."""
        return self.aggregate in ("count", "sum")

    @property
    def is_weekly(self) -> bool:
        """Whether any of it is of restrictions."""
        return "restrictions" in {self.contract.module, *(one.contract.module for one in self.stored if one.contract)}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question of a measure, as addresses ask it."""

    by: Literal["time", "place", "series"] = "time"
    window: tuple[str, str]
    """Instants, UTC."""
    grain: str = "day"
    place_kind: str = "city"
    place: str | None = None
    places: tuple[str, ...] = ()
    """Only these; empty is all of them."""
    categories: tuple[tuple[int, str], ...] = ()


def contracts(desk: Desk, readable: Callable[[Contract], bool]) -> list[Contract]:
    """Of the datasets that are read and that they may see, by name."""
    found = [read_text(one.contract) for one in list_datasets(desk.control) if one.state == "active"]
    return sorted((contract for contract in found if readable(contract)), key=lambda contract: (contract.name, contract.id))


def is_readable(reader: Operator | None) -> Callable[[Contract], bool]:
    """Whether they have one of a contract's roles, or a higher one, on any portal (the city's data are no portal's); ``None`` sees all."""
    if reader is None:
        return lambda contract: True
    highest = max((ROLES.index(grant.role) for grant in reader.grants), default=-1)
    return lambda contract: not reader.disabled and highest >= min(ROLES.index(role) for role in contract.readers)


def reader_of(key: Key) -> Operator | None:
    """As whom a key sees datasets, which has no role of its own: whoever may load them sees all, others what analysts see."""
    return None if "datasets:write" in key.scopes and not key.portals else ANALYST


def topics_of(desk: Stores, contract: Contract) -> list[Topic]:
    """What the table has of a dataset, by the contract's order of measures; nothing before its first load."""
    names = [measure.name for measure in contract.measures]
    stored = tuple(Stored(read_text(ran.contract) if ran.contract else None, ran.loads) for ran in read_under(desk.control, contract.id))
    parents, totals = parents_of(desk.control), totals_of(desk.control, contract.id, floor=FLOOR, step=ROUND_TO)
    every = frozenset(number for one in stored for number in one.loads)
    found = []
    for one in sorted(
        held(_rows(desk, contract.id, every)), key=lambda one: names.index(one.measure) if one.measure in names else len(names)
    ):
        newest = next((each.contract for each in stored if each.contract and _tells(each.contract, one.measure)), contract)
        loads = every - {number for each in stored if _is_other(each.contract, newest, one.measure) for number in each.loads}
        seen, how = one if loads == every else _held_in(desk, contract.id, loads, one.measure), _aggregate(newest, one.measure)
        found.append(Topic(contract=contract, stored=stored, loads=loads, held=seen, aggregate=how, parents=parents, totals=totals))
    return found


def find_topic(desk: Desk, contracts: list[Contract], dataset: str, measure: str) -> Topic:
    """The measure of that name, the first one for an empty name.

    Raises:
        NotFound: there is none; the sentence lists those there are.
    """
    contract = next((one for one in contracts if one.id == dataset), None)
    if contract is None:
        known = ", ".join(one.id for one in contracts[:20])
        raise NotFound("There is no dataset {id!r} that you may see. Known: {known}.", id=dataset[:100], known=known or NONE_YET)
    topics = topics_of(desk, contract)
    topic = next((one for one in topics if measure in ("", one.held.measure)), None)
    if topic is None:
        known = ", ".join(one.held.measure for one in topics)
        raise NotFound(
            "Dataset {id!r} has no measure {measure!r}. It has: {known}.", id=dataset, measure=measure[:100], known=known or NONE_YET
        )
    return topic


def window_of(topic: Topic, first: date, last: date, *, is_strict: bool = False) -> tuple[str, str]:
    """Instants of these local days; restrictions go by weeks. Up to the last numbers, it takes in the bucket that they are in, whole,
    unless it is strict."""
    if topic.is_weekly:
        first, last = first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())
    end = _midnight(last + timedelta(days=1), topic.zone)
    return _utc(_midnight(first, topic.zone)), _utc(end + AFTER if end >= topic.complete_until and not is_strict else end)


def span_of(topic: Topic, at: str, grain: str) -> tuple[str, str]:
    """Instants of the bucket with that label. Raises BadQuestion for what is none."""
    try:
        begin = datetime.fromisoformat(at).replace(tzinfo=topic.zone)
    except ValueError:
        raise BadQuestion("{at!r} is no beginning of a step. Valid: YYYY-MM-DD HH:MM:SS.", at=at[:40]) from None
    return _utc(begin), _utc(bucket_end(begin, grain))


def measured(desk: Desk, topic: Topic, asked: Asked) -> Released[Measured]:
    """The answer, released.

    Raises:
        BadQuestion: the measure cannot be shown by that step or kind of place; the sentence says by which it can.
        Unavailable: the store is away.
    """
    _refuse_unknown(topic, asked)
    rule = _rule(desk, topic)
    below = [parents for (kind, above), parents in topic.parents.items() if above == asked.place_kind and kind in topic.held.place_kinds]
    question = MeasureQuestion(
        measure=topic.held.measure,
        unit=topic.held.unit,
        aggregate=topic.aggregate,
        timezone=topic.contract.timezone,
        first=asked.window[0],
        end=asked.window[1],
        by=asked.by,
        grain=asked.grain,
        grains=topic.grains_within(asked.grain),
        place_kind=asked.place_kind,
        place_kinds=() if asked.by == "time" and asked.place is None else topic.kinds_within(asked.place_kind),
        place=asked.place,
        places=asked.places,
        parents={child: parent for parents in below for child, parent in parents.items()},
        categories=asked.categories,
        floor=rule.floor,
        round_to=rule.round_to,
    )
    found = measure_by(_rows(desk, topic.contract.id, topic.loads), question, is_certified=topic.is_certified)
    return release_measures(msgspec.structs.replace(found, meta=_meta(topic), query=_query(topic, asked)), desk.settings.policy)


def values_in(desk: Desk, topic: Topic) -> tuple[tuple[int, str], ...]:
    """Categories that its cells have: number from 1, and value."""
    return values_of(_rows(desk, topic.contract.id, topic.loads), topic.held.measure, _rule(desk, topic).floor)


def corners_of(desk: Desk, ids: list[str]) -> dict[str, Ring]:
    """Outlines of H3 cells."""
    return outlines_of(lambda sql, given: desk.engine.query(sql, given, name="outlines"), ids)


def bucket_end(begin: datetime, grain: str) -> datetime:
    """The first instant after the bucket that begins then.

    >>> bucket_end(datetime(2026, 1, 31), "month").date().isoformat()
    '2026-02-28'
    """
    months = {"month": 1, "quarter": 3, "year": 12}.get(grain, 0)
    if months:
        month = begin.month - 1 + months
        year, month = begin.year + month // 12, month % 12 + 1
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        return begin.replace(year=year, month=month, day=min(begin.day, last))
    return begin + {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}[grain]


def _rows(desk: Stores, dataset: str, among: frozenset[int]) -> Rows:
    return lambda sql, parameters: current_rows(desk.control, desk.engine, dataset, sql, parameters, among)


def _held_in(desk: Stores, dataset: str, loads: frozenset[int], measure: str) -> Held:
    return next(one for one in held(_rows(desk, dataset, loads)) if one.measure == measure)


def _rule(desk: Desk, topic: Topic) -> Rule:
    return rule_of(desk.settings.policy, is_certified=topic.is_certified)


def _tells(contract: Contract, name: str) -> bool:
    return contract.reduce == "survey" or any(measure.name == name for measure in contract.measures)


def _is_other(contract: Contract | None, newest: Contract, name: str) -> bool:
    """Whether it tells another number by that name: rounding goes by what a number is."""
    if contract is None or not _tells(contract, name):
        return False
    return (_aggregate(contract, name), _unit(contract, name)) != (_aggregate(newest, name), _unit(newest, name))


def _unit(contract: Contract, name: str) -> str:
    return next((measure.unit for measure in contract.measures if measure.name == name), "")


def _aggregate(contract: Contract, name: str) -> Aggregate:
    if contract.reduce == "survey":
        return "mean" if name in SUMMARIES else "count"
    return next((measure.aggregate for measure in contract.measures if measure.name == name), "sum")


def _refuse_unknown(topic: Topic, asked: Asked) -> None:
    if asked.by != "place" and asked.grain not in topic.grains:
        raise BadQuestion(
            "{measure} cannot be shown by {grain!r}. Valid: {valid}.",
            measure=topic.held.measure,
            grain=asked.grain,
            valid=", ".join(topic.grains),
        )
    kinds = ("city", *topic.place_kinds)
    if asked.place_kind not in kinds:
        raise BadQuestion(
            "{measure} cannot be shown by {kind!r}. Valid: {valid}.",
            measure=topic.held.measure,
            kind=asked.place_kind,
            valid=", ".join(kinds),
        )


def _meta(topic: Topic) -> dict[str, object]:
    totals = topic.totals
    return {
        "dataset": topic.contract.id,
        "contract_versions": list(totals.contract_versions),
        "loads": list(totals.numbers),
        "folded": totals.folded,
        "rungs": [{"time": grain} for grain in topic.held.grains] + [{"place": kind} for kind in topic.held.place_kinds],
        "complete_until": topic.complete_until.isoformat(),
        "aggregate": topic.aggregate,
        "licence": topic.contract.licence,
        "source": topic.contract.owner,
    }


def _query(topic: Topic, asked: Asked) -> dict[str, object]:
    of_it = {"dataset": topic.contract.id, "measure": topic.held.measure, "timezone": topic.contract.timezone}
    asks: dict[str, object] = msgspec.to_builtins(asked)
    return of_it | asks


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _local(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(zone)


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
