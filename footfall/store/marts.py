"""The marts' true counts, of visitors whose share in them is bounded, and the table of what was drawn of them.

True counts leave this room only to be drawn (``privacy.noise``); nothing keeps, logs or shows them. A visitor is an id of one portal and
one service day, and counts once in a cell and in no more cells than the mart allows: exactly so, on any number of threads, parts and
machines.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from importlib.resources import files
from itertools import combinations
from typing import Any, Protocol

import msgspec

from footfall.store.engine import Engine
from footfall.vocabulary import FIRST_LATE_ID, Goal

__all__ = [
    "DURATION_BINS",
    "NAMES",
    "TOPICS",
    "Asked",
    "Cell",
    "Words",
    "bounded_counts",
    "cells_of",
    "counted_together",
    "goal_condition",
    "keeper",
    "known_keys",
    "write_cells",
]

Cell = tuple[int, tuple[str, ...]]
"""A site, and a key of each of the mart's columns."""
NAMES = (
    *("page", "place_device", "source", "hour", "entry_exit", "portal", "goal", "duration", "search_term", "co_visit"),
    *("topic_hour", "topic_place", "topic_pair", "flow"),
)
BY_CLOCK = ("hour",)
TOPICS = {"topic_hour": "hour", "topic_place": "place", "topic_pair": "pair"}
"""Marts that one statement counts, and what its parameters call them."""
DURATION_BINS = (0, 10, 30, 60, 120, 180, 300, 600, 900, 1800, 3600)
"""Upper bounds in seconds; the twelfth bin, ``inf``, has none."""
ONE_DAY = timedelta(days=1)
NEVER = date(1970, 1, 1)
SCRIPTS = {
    name: files("footfall.store").joinpath(f"marts/{'topics' if name in TOPICS else name}.sql").read_text(encoding="utf-8")
    for name in NAMES
}
GENTLY = "\nSETTINGS max_threads = 1"
"""A close is in no hurry: the other core is for questions."""
FIXED: dict[str, tuple[tuple[str, ...], ...]] = {
    "portal": ((),),
    "hour": tuple((f"{hour:02d}",) for hour in range(24)),
    "duration": tuple((str(bound),) for bound in (*DURATION_BINS, "inf")),
}
"""Keys that are known without looking at data, the same for all portals."""
SHOWN = "SELECT DISTINCT site, keys FROM marts WHERE release = {release:String} AND mart = {mart:String} AND site IN {sites:Array(UInt32)}"
CELLS = "SELECT site, keys, visitors FROM marts WHERE line = {line:UInt32} AND day = {day:Date} ORDER BY site, keys"
encoder = msgspec.json.Encoder()


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What cells may be called by, known without looking at what anybody did."""

    topics: tuple[str, ...] = ()
    version: int = 0
    """Of the map from pages to topics."""
    hosts: Mapping[int, tuple[str, ...]] = {}
    """Of every registered portal, by its id: the domain it is called by, and the further names that lead there."""


NO_WORDS = Words()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be counted."""

    mart: str
    cells: int
    """That one visitor may count in."""
    sites: Mapping[int, str]
    """Portals with their time zones."""
    first: date
    last: date
    """Service days, both in: the same one, or Monday and Sunday."""
    goals: tuple[Goal, ...] = ()
    """Of all these portals."""
    words: Words = NO_WORDS


class Asks(Protocol):
    def query(self, sql: str, parameters: dict[str, Any], *, name: str = "") -> list[tuple[Any, ...]]: ...


def bounded_counts(engine: Asks, asked: Asked, nonce: int, *, settings: str = GENTLY) -> dict[Cell, int]:
    """Visitors by cell; cells without any are not in it.

    ``nonce`` (64 bits) chooses which cells a visitor counts in who has more than he may: random, for one draw, and never kept, or the
    choice would be a fingerprint.

    Raises:
        Unavailable: the store is away.
    """
    if asked.mart in TOPICS:
        return _topic_counts(engine, [(asked, nonce)], settings)[0]
    counts: dict[Cell, int] = {}
    for sql, given in _statements(asked):
        more = {"first": asked.first, "last": asked.last, "nonce": nonce, "cells": asked.cells, "bounds": list(DURATION_BINS)}
        for site, *keys, visitors in engine.query(sql + settings, _read([asked]) | more | given, name=f"mart {asked.mart}"):
            counts[int(site), tuple(map(str, keys))] = int(visitors)
    return counts


def counted_together(engine: Asks, wanted: Sequence[tuple[Asked, int]], *, settings: str = GENTLY) -> list[dict[Cell, int]]:
    """``bounded_counts`` of what is asked, each with its nonce, in fewer readings: marts of topics in one, and the same that no nonce
    chooses, because a visitor has one cell, once. All of one mart ask the same.

    Raises:
        Unavailable: the store is away.
    """
    if all(asked.mart in TOPICS for asked, _ in wanted):
        return _topic_counts(engine, wanted, settings)
    counts: list[dict[Cell, int]] = []
    for asked, nonce in wanted:
        alike = asked.cells == 1 and counts and asked == wanted[0][0]
        counts.append(counts[0] if alike else bounded_counts(engine, asked, nonce, settings=settings))
    return counts


def known_keys(
    engine: Asks, release: str, mart: str, sites: Iterable[int], goals: tuple[Goal, ...] = (), words: Words = NO_WORDS
) -> set[Cell]:
    """The cells whose keys are no secret: a fixed vocabulary, the portals' goals, or what this release has shown of them before."""
    wanted = set(sites)
    if mart in FIXED:
        return {(site, keys) for site in wanted for keys in FIXED[mart]}
    if mart in SPOKEN:
        return {(site, keys) for site in wanted for keys in SPOKEN[mart](words, site)}
    if mart == "goal":
        return {(goal.portal_id, (str(goal.id),)) for goal in goals if goal.portal_id in wanted}
    shown = engine.query(SHOWN, {"release": release, "mart": mart, "sites": sorted(wanted)}, name="keys shown")
    found = {(int(site), tuple(map(str, keys))) for site, keys in shown}
    return found | (_pages_of(goals, wanted) if mart == "page" else set())


def write_cells(engine: Engine, release: str, mart: str, day: date, line: int, cells: Mapping[Cell, int], token: str) -> None:
    """Put what was drawn into the table; with the same token again nothing changes. Raises Unavailable."""
    constant = {"release": release, "mart": mart, "day": str(day), "line": line}
    rows = [constant | {"site": site, "keys": keys, "visitors": visitors} for (site, keys), visitors in sorted(cells.items())]
    if rows:
        engine.insert_ndjson("marts", encoder.encode_lines(rows), token)


def cells_of(engine: Asks, day: date, line: int) -> dict[Cell, int]:
    """What is in the table of that line of the ledger, in order of site and keys: what its output hash is made of."""
    rows = engine.query(CELLS, {"line": line, "day": day}, name="cells of a line")
    return {(int(site), tuple(map(str, keys))): int(visitors) for site, keys, visitors in rows}


def _topic_hours(words: Words, site: int) -> Iterable[tuple[str, ...]]:
    return ((topic, hour) for topic in words.topics for (hour,) in FIXED["hour"])


def _topic_pairs(words: Words, site: int) -> Iterable[tuple[str, ...]]:
    return combinations(sorted(words.topics), 2)


def _other_portals(words: Words, site: int) -> Iterable[tuple[str, ...]]:
    return ((names[0],) for other, names in words.hosts.items() if other != site)


SPOKEN: dict[str, Callable[[Words, int], Iterable[tuple[str, ...]]]] = {
    "topic_hour": _topic_hours,
    "topic_pair": _topic_pairs,
    "flow": _other_portals,
}
"""Keys that are made of words known beforehand."""


def _topic_counts(engine: Asks, wanted: Sequence[tuple[Asked, int]], settings: str) -> list[dict[Cell, int]]:
    """One statement a time zone: its rows are of a mart, and of the first, second, … of those that ask for it."""
    counts: list[dict[Cell, int]] = [{} for _ in wanted]
    places = {mart: [place for place, (asked, _) in enumerate(wanted) if asked.mart == mart] for mart in TOPICS}
    given = _read([asked for asked, _ in wanted])
    given["topics"] = sorted(wanted[0][0].words.topics)
    given["since"] = min((asked.first for asked, _ in wanted if asked.mart != "topic_pair"), default=given["after"])
    for mart, short in TOPICS.items():
        given |= _of_topics(short, [wanted[place] for place in places[mart]])
    zones = {site: zone for asked, _ in wanted for site, zone in asked.sites.items()}
    for zone in sorted(set(zones.values())):
        of_zone = {"timezone": zone, "sites": sorted(site for site, timezone in zones.items() if timezone == zone)}
        rows = engine.query(SCRIPTS[wanted[0][0].mart] + settings, given | of_zone, name="marts of topics")
        for site, mart, number, *keys, visitors in rows:
            counts[places[str(mart)][int(number) - 1]][int(site), tuple(map(str, keys))] = int(visitors)
    return counts


def _of_topics(short: str, wanted: Sequence[tuple[Asked, int]]) -> dict[str, Any]:
    """What the statement is told of one of its marts."""
    if not wanted:
        return {f"{short}_first": NEVER, f"{short}_last": NEVER, f"{short}_sites": [], f"{short}_cells": 0, f"{short}_nonces": []}
    asked = wanted[0][0]
    nonces = [nonce for _, nonce in wanted]
    values = {"first": asked.first, "last": asked.last, "sites": sorted(asked.sites), "cells": asked.cells, "nonces": nonces}
    return {f"{short}_{name}": value for name, value in values.items()}


def _read(wanted: Sequence[Asked]) -> dict[str, Any]:
    """The rows that have to be read: a visitor may have begun on the day before, and gone on on the day after."""
    days = {"before": min(asked.first for asked in wanted) - ONE_DAY, "after": max(asked.last for asked in wanted) + ONE_DAY}
    return days | {"last_id": FIRST_LATE_ID - 1, "version": wanted[0].words.version}


def _statements(asked: Asked) -> Iterable[tuple[str, dict[str, Any]]]:
    """One a time zone where the clock matters, one a portal where goals do, else one."""
    sql = SCRIPTS[asked.mart]
    if asked.mart in BY_CLOCK:
        for zone in sorted(set(asked.sites.values())):
            yield sql, {"sites": sorted(site for site, timezone in asked.sites.items() if timezone == zone), "timezone": zone}
    elif asked.mart == "goal":
        for site in sorted(asked.sites):
            if goals := [goal for goal in asked.goals if goal.portal_id == site]:
                values: dict[str, Any] = {"sites": [site]}
                reached = ", ".join(f"if({goal_condition(goal, keeper(values))}, [toUInt32({goal.id:d})], [])" for goal in goals)
                yield sql.replace("GOALS", f"arrayConcat({reached})"), values
    else:
        yield sql, {"sites": sorted(asked.sites)} | (_referring(asked.words) if asked.mart == "flow" else {})


def _referring(words: Words) -> dict[str, Any]:
    """Hosts with the portal that each leads to, and portals with their own name."""
    pairs = [(host, names[0]) for names in words.hosts.values() for host in names]
    return {
        "hosts": [host for host, _ in pairs],
        "names": [name for _, name in pairs],
        "ids": list(words.hosts),
        "own": [names[0] for names in words.hosts.values()],
    }


def keeper(values: dict[str, Any]) -> Callable[[str], str]:
    """A function that keeps a text among the values and answers its parameter."""

    def keep(text: str) -> str:
        name = f"goal{len(values)}"
        values[name] = text
        return f"{{{name}:String}}"

    return keep


def goal_condition(goal: Goal, keep: Callable[[str], str]) -> str:
    """That an event reaches the goal: what ``reports.conditions`` says of it."""
    parts = [f"props[{keep(name)}] = {keep(value)}" for name, value in goal.custom_props.items()]
    if goal.event_name is not None:
        return " AND ".join([f"name = {keep(goal.event_name)}", *parts])
    depth = goal.scroll_threshold
    parts.append("name = 'pageview'" if depth is None else f"name = 'engagement' AND scroll_depth BETWEEN {depth:d} AND 100")
    path = goal.page_path or ""
    pattern = ".*".join(re.escape(part) for part in re.split(r"\*+", path))
    parts.append(f"match(path, {keep(f'^{pattern}$')})" if "*" in path else f"path = {keep(path)}")
    return " AND ".join(parts)


def _pages_of(goals: Iterable[Goal], sites: set[int]) -> set[Cell]:
    """Pages that a portal's team has named itself."""
    named = (goal for goal in goals if goal.portal_id in sites and goal.page_path)
    return {(goal.portal_id, (goal.page_path,)) for goal in named if goal.page_path and "*" not in goal.page_path}
