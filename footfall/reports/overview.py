"""Visitors of many portals at once: what ``run.answer`` finds for each of them, in a few statements over the daily roll-up.

Whole local days only. Service days that are not rolled up, or out of date, are read from visits in the same form; a portal with a visit of
more than two local days, whose rows would not add up, is asked for by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from footfall.reports.compare import change
from footfall.reports.periods import Period, bucket_starts, label_of, parse_period, shifted
from footfall.reports.question import Question
from footfall.reports.rollup import midnights_around
from footfall.reports.run import EngineLike, answer
from footfall.reports.whole_days import REACH_DAYS
from footfall.store.rollup import rows_of
from footfall.store.sealed import Both
from footfall.vocabulary import Answer, Portal, Row

__all__ = ["Glance", "glance", "visitors_by_time"]

Found = Counter[tuple[int, int]]
"""Visitors by portal and place in what is asked."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST_GROUPS = 8
"""Sets of portals that have the same days open and are read with one statement each; with more, the last of them is a mixed one."""
LATEST = """SELECT site, day, sum(rows) AS held, argMax(build.timezone = {timezone:String}, build.number) AS is_here,
        argMax(build.rows, build.number) AS rows_then, argMax(build.before, build.number) AS before_then,
        argMax(build.adds_up, build.number) AS adds_up,
        any(held) OVER (PARTITION BY site ORDER BY day RANGE BETWEEN 1 PRECEDING AND 1 PRECEDING) AS held_before
    FROM service_days WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {last:Date} GROUP BY site, day"""
OPEN = f"""SELECT site, day, is_here AND rows_then = held AND before_then = held_before AS is_fresh
FROM ({LATEST})
WHERE day > {{before:Date}} AND NOT (is_fresh AND adds_up)"""
"""A day that was never rolled up names no time zone, and is not here."""
TOUCHING = """SELECT site, day,
    max(arrayCount(at -> at > toUnixTimestamp(start) AND at <= toUnixTimestamp(end), {midnights:Array(UInt32)}) > 1) AS is_long
FROM visits
WHERE site IN {sites:Array(UInt32)} AND day IN {days:Array(Date)}
    AND start < toDateTime({to:UInt32}, 'UTC') AND end >= toDateTime({from:UInt32}, 'UTC')
GROUP BY site, day"""
SUMS = """SELECT site, place, sum(VISITORS) AS found
FROM (SOURCE) AS row
ARRAY JOIN {places:Array(UInt32)} AS place,
    {starts:Array(UInt32)} AS start, {befores:Array(UInt32)} AS before, {wholes:Array(UInt8)} AS whole
WHERE row.first < before AND row.last >= start
GROUP BY site, place
HAVING found != 0
SETTINGS use_index_for_in_with_subqueries = 0"""
VISITORS = {False: "row.visitors", True: "whole ? row.visitors : row.by_end"}
"""Of whole periods, and of buckets: there a visit stands in that of its end, and what ends later in the last."""
MEETS = "first < {to:UInt32} AND last >= {from:UInt32}"
BUILDS = """SELECT site, max(build.number) FROM service_days
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date}
    GROUP BY site, day HAVING argMax(build.timezone = {timezone:String}, build.number)"""
"""Fresh or not: those that are not are read from visits, or meet nothing that is asked."""
ROLLED = f"""SELECT site, first, last, visitors, by_end FROM visits_by_day
    PREWHERE dim = '' WHERE site IN {{sites:Array(UInt32)}} AND day BETWEEN {{first:Date}} AND {{last:Date}} AND {MEETS}
    AND (site, build) GLOBAL IN ({BUILDS})"""
READ = f"SELECT site, first, last, visitors, by_end FROM ({rows_of('visits', [''])}) WHERE {MEETS}"


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """How some portals are to be read."""

    odd: set[int]
    """Portals whose rows might not add up: they are asked for one by one."""
    beside: list[tuple[set[int], set[date]]]
    """Portals and service days that are read from visits."""


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """Two answers, a row a portal each, in the order they were given; neither is released yet."""

    period: Answer
    """Compared with the days before it."""
    yesterday: Answer
    """Compared with the same weekday a week before."""
    date_range: Any
    now_ms: int
    grounds: dict[str, Ground]
    """By time zone."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Spans of local days of portals in one time zone."""

    periods: tuple[Period, ...]
    unit: str = ""
    """day, week or month cuts the one period into its buckets."""

    @property
    def first(self) -> date:
        return min(period.first for period in self.periods) - timedelta(days=REACH_DAYS)

    @property
    def last(self) -> date:
        return max(period.last for period in self.periods) + DAY

    def parameters(self) -> dict[str, Any]:
        """From ``starts`` until ``befores``, seconds; ``wholes`` also have the visits that end later."""
        starts = [start // 1000 for period in self.periods for start in self.starts_of(period)]
        ends = [period.to_ms // 1000 for period in self.periods]
        befores = [*starts[1:], *ends] if self.unit else ends
        wholes = [before in ends for before in befores] if self.unit else [True] * len(ends)
        spans = {"starts": starts, "befores": befores, "wholes": list(map(int, wholes)), "places": list(range(len(starts)))}
        whole = {"from": min(starts), "to": max(ends), "first": self.first, "last": self.last}
        return spans | whole | {"timezone": self.periods[0].timezone}

    def midnights(self, days: list[date]) -> list[int]:
        return midnights_around(days, self.periods[0])

    def labels(self) -> list[str]:
        return [label_of(start, self.unit, period) for period in self.periods for start in self.starts_of(period)]

    def starts_of(self, period: Period) -> tuple[int, ...]:
        return bucket_starts(period, self.unit) if self.unit else (period.from_ms,)


def glance(portals: Sequence[Portal], date_range: Any, engine: EngineLike, now_ms: int) -> Glance:
    """Visitors of each portal in the period, and yesterday; portals without any have a row too.

    Raises:
        BadQuestion: ``date_range`` names no whole days, or the question takes too long.
        Unavailable: the store is away.
    """
    found: Found = Counter()
    grounds = {}
    for timezone, some in _by_timezone(portals):
        period, yesterday = (parse_period(value, timezone=timezone, now_ms=now_ms) for value in (date_range, "1d"))
        asked = Asked(periods=(period, shifted(period, "previous_period"), yesterday, _week_before(yesterday)))
        grounds[timezone] = _ground(some, asked, engine)
        found.update(_visitors(some, asked, grounds[timezone], engine))
    return Glance(
        period=_compared(portals, found, 0, date_range),
        yesterday=_compared(portals, found, 2, "1d"),
        date_range=date_range,
        now_ms=now_ms,
        grounds=grounds,
    )


def visitors_by_time(seen: Glance, portals: Sequence[Portal], unit: str, engine: EngineLike) -> Answer:
    """Visitors of some of the portals in the same period by local day, week or month, as ``time:day`` and so on has them.

    One row a portal and bucket that anybody came in; ``meta.time_labels`` are those of each time zone. Raises as ``glance``.
    """
    rows, labels_of = [], {}
    for timezone, some in _by_timezone(portals):
        asked = Asked(periods=(parse_period(seen.date_range, timezone=timezone, now_ms=seen.now_ms),), unit=unit)
        labels_of[timezone] = asked.labels()
        names = {portal.id: portal.domain for portal in some}
        found = _visitors(some, asked, seen.grounds[timezone], engine)
        rows += [Row((names[site], labels_of[timezone][place]), (count,), count) for (site, place), count in found.items()]
    query = {"metrics": ["visitors"], "dimensions": ["portal", f"time:{unit}"], "date_range": seen.date_range}
    return Answer(rows=tuple(rows), meta={"time_labels": labels_of}, query=query, limit=max(len(rows), 1), parts=((), (0,)))


def _week_before(period: Period) -> Period:
    days = [(day - WEEK).isoformat() for day in (period.first, period.last)]
    return parse_period(days, timezone=period.timezone, now_ms=0)


def _by_timezone(portals: Iterable[Portal]) -> Iterable[tuple[str, list[Portal]]]:
    by_timezone: dict[str, list[Portal]] = defaultdict(list)
    for portal in portals:
        by_timezone[portal.timezone].append(portal)
    return by_timezone.items()


def _compared(portals: Sequence[Portal], found: Found, place: int, date_range: Any) -> Answer:
    """Rows of the span at that place beside the one after it."""
    rows = []
    for portal in portals:
        now, then, names = found[portal.id, place], found[portal.id, place + 1], (portal.domain,)
        rows.append(Row(names, (now,), now, comparison=Row(names, (then,), then), change=(change("visitors", now, then),)))
    query = {"metrics": ["visitors"], "dimensions": ["portal"], "date_range": date_range}
    return Answer(rows=tuple(rows), meta={}, query=query, every_bucket=True, limit=max(len(rows), 1))


def _visitors(portals: Sequence[Portal], asked: Asked, ground: Ground, engine: EngineLike) -> Found:
    """Of portals in one time zone, by portal and place."""
    found: Found = Counter()
    rolled = [portal.id for portal in portals if portal.id not in ground.odd]
    for sql, parameters in _statements(rolled, asked, ground) if rolled else ():
        for site, place, visitors in engine.query(sql, parameters, name="overview"):
            found[site, place] += visitors
    for portal in portals:
        if portal.id in ground.odd:
            found.update(_one_by_one(portal, asked, engine))
    return found


def _statements(sites: list[int], asked: Asked, ground: Ground) -> Iterator[tuple[str, dict[str, Any]]]:
    """One over the roll-up, less what is read beside it, and one for each set of that."""
    spans, sums, but = asked.parameters(), SUMS.replace("VISITORS", VISITORS[bool(asked.unit)]), []
    beside = [(sorted(some.intersection(sites)), sorted(days)) for some, days in ground.beside if some.intersection(sites)]
    parameters = spans | {"sites": sites}
    for number, (some, days) in enumerate(beside):
        but.append(f" AND NOT (site IN {{sites{number}:Array(UInt32)}} AND day IN {{days{number}:Array(Date)}})")
        parameters |= {f"sites{number}": some, f"days{number}": days}
    yield sums.replace("SOURCE", ROLLED + "".join(but)), parameters
    for some, days in beside:
        around = {"days_and_before": sorted({day - DAY for day in days}.union(days)), "midnights": asked.midnights(days)}
        yield sums.replace("SOURCE", READ), spans | around | {"sites": some, "days": days}


def _ground(portals: Sequence[Portal], asked: Asked, engine: EngineLike) -> Ground:
    odd: set[int] = set()
    open_days: dict[int, list[date]] = defaultdict(list)
    known = asked.parameters() | {"sites": [portal.id for portal in portals], "before": asked.first - DAY}
    for site, day, is_fresh in engine.query(OPEN, known, name="open days"):
        if is_fresh:
            odd.add(site)
        else:
            open_days[site].append(day)
    beside = []
    for sites, days in _alike(open_days):
        where = {"sites": sites, "days": days, "midnights": asked.midnights(days)}
        met = engine.query(TOUCHING, asked.parameters() | where, name="open visits")
        odd |= {site for site, _, is_long in met if is_long}
        beside.append(({site for site, *_ in met}, {day for _, day, _ in met}))
    return Ground(odd=odd, beside=[pair for pair in beside if pair[0]])


def _alike(open_days: dict[int, list[date]]) -> list[tuple[list[int], list[date]]]:
    """Portals with the same open days together; those with the fewest share theirs where there would be too many groups."""
    groups: dict[tuple[date, ...], list[int]] = defaultdict(list)
    for site, days in open_days.items():
        groups[tuple(sorted(days))].append(site)
    by_days = sorted(groups, key=lambda days: (-len(days), days))
    kept, shared = (by_days, []) if len(by_days) <= MOST_GROUPS else (by_days[: MOST_GROUPS - 1], by_days[MOST_GROUPS - 1 :])
    found = [(groups[days], list(days)) for days in kept]
    if shared:
        found.append(([site for days in shared for site in groups[days]], sorted(set().union(*shared))))
    return found


def _one_by_one(portal: Portal, asked: Asked, engine: EngineLike) -> Found:
    """What the portal's own page would say."""
    found: Found = Counter()
    by = (f"time:{asked.unit}",) if asked.unit else ()
    places = {label: place for place, label in enumerate(asked.labels())} if by else {}
    own = engine.of(portal.id) if isinstance(engine, Both) else engine
    for place, period in enumerate(asked.periods):
        question = Question(portal=portal, goals=(), metrics=("visitors",), period=period, date_range=None, dimensions=by)
        for row in answer(question, own).rows:
            found[portal.id, places[row.dimensions[0]] if by else place] = int(row.metrics[0] or 0)
    return found
