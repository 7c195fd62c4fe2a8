"""What an attacker with the store's files would look at. Everything here reads, and none of it leaves but as counts and shares.

Bounded: of a large store so many of its visitors' ids are looked at, whole, that a question's memory holds them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from footfall.store.engine import Engine
from footfall.store.marts import Asked, bounded_counts

__all__ = [
    "EVERYBODY",
    "columns_held",
    "heaviest",
    "ids_in_two_places",
    "largest_day",
    "least_cells",
    "moved",
    "repeated_draws",
    "rows_with",
    "some_ids",
    "sums_complete",
    "trails",
]

MOST_IDS, MOST_TRAILS, MOST_POINTS = 1_000_000, 20_000, 64
COLUMNS = "SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, position"
SOME_IDS = "SELECT DISTINCT visitor FROM visits WHERE visitor != 0 LIMIT {most:UInt32}"
IN_MARTS = """SELECT count() FROM marts
WHERE day >= (SELECT toMonday(min(day)) FROM visits) AND arrayExists(key -> key IN {ids:Array(String)}, keys)"""
IN_ROLL_UPS = """SELECT (SELECT count() FROM visits_by_day WHERE value IN {ids:Array(String)})
    + (SELECT count() FROM events_by_day WHERE value IN {ids:Array(String)})"""
VISITS = "SELECT count() FROM visits"
TWICE = """SELECT count(), countIf(sites > 1 OR days > 1) FROM
(
    SELECT visitor, uniqExact(site) AS sites, dateDiff('day', min(day), max(day)) AS days
    FROM visits WHERE visitor != 0 AND sipHash64(visitor) % {of:UInt64} = 0 GROUP BY visitor
)"""
REPEATED = """SELECT count() FROM
(SELECT 1 FROM marts GROUP BY release, mart, site, day HAVING min(line) != max(line))"""
LEAST = "SELECT release, mart, min(visitors) FROM marts GROUP BY release, mart ORDER BY release, mart"
SUMS = """SELECT countIf(cells = full), countIf(cells = full AND children = parent) FROM
(
    SELECT
        sumIf(toInt64(visitors), mart = 'portal') OVER (PARTITION BY release, site, day) AS parent,
        sum(toInt64(visitors)) OVER (PARTITION BY release, site, day, mart) AS children,
        count() OVER (PARTITION BY release, site, day, mart) AS cells,
        if(mart = 'hour', 24, 12) AS full,
        row_number() OVER (PARTITION BY release, site, day, mart ORDER BY keys) AS place,
        mart
    FROM marts WHERE mart IN ('portal', 'hour', 'duration')
)
WHERE mart != 'portal' AND place = 1 AND parent > 0"""
LARGEST = "SELECT site, day FROM visits WHERE visitor != 0 GROUP BY site, day ORDER BY count() DESC, site, day LIMIT 1"
HEAVIEST = """SELECT visitor FROM events WHERE site = {site:UInt32} AND day = {day:Date} AND visitor != 0
GROUP BY visitor ORDER BY uniqExact(path) DESC, visitor LIMIT 1"""
TRAILS = """SELECT arraySlice(groupUniqArray(cityHash64(path, toStartOfHour(time))), 1, {points:UInt32}) FROM events
WHERE site = {site:UInt32} AND day = {day:Date} AND visitor != 0 AND name = 'pageview'
GROUP BY visitor ORDER BY sipHash64(visitor) LIMIT {most:UInt32}"""
EVERYBODY = "visitor BETWEEN 1 AND {last_id:UInt64}"


def columns_held(engine: Engine) -> list[tuple[str, str, str]]:
    """Table, name and type of every column. Raises Unavailable."""
    return [(str(table), str(name), str(kind)) for table, name, kind in engine.query(COLUMNS, name="attack: columns")]


def some_ids(engine: Engine, most: int) -> list[str]:
    """So many ids of visitors of the short memory, as text. Raises Unavailable."""
    return [str(visitor) for (visitor,) in engine.query(SOME_IDS, {"most": most}, name="attack: ids")]


def rows_with(engine: Engine, ids: list[str]) -> int:
    """Rows of the long memory that hold one of these ids as a text. Raises Unavailable."""
    return sum(int(engine.query(sql, {"ids": ids}, name="attack: ids at rest")[0][0]) for sql in (IN_MARTS, IN_ROLL_UPS))


def ids_in_two_places(engine: Engine) -> tuple[int, int]:
    """Ids looked at, and those that are on two portals or on days that do not touch.

    Raises:
        BadQuestion: it takes longer than a question may.
        Unavailable: the store is away.
    """
    visits = int(engine.query(VISITS, name="attack: visits")[0][0])
    ids, again = engine.query(TWICE, {"of": 1 + visits // MOST_IDS}, name="attack: ids in two places")[0]
    return int(ids), int(again)


def repeated_draws(engine: Engine) -> int:
    """Marts of a portal and day, by release, whose cells are of more than one line. Raises BadQuestion, Unavailable."""
    return int(engine.query(REPEATED, name="attack: drawn twice")[0][0])


def least_cells(engine: Engine) -> dict[tuple[str, str], int]:
    """The least cell by release and mart. Raises Unavailable."""
    return {(str(release), str(mart)): int(least) for release, mart, least in engine.query(LEAST, name="attack: least cells")}


def sums_complete(engine: Engine) -> tuple[int, int]:
    """Portals and days whose hours, or durations, are all shown beside their total; and those whose sum is the total.
    Raises BadQuestion, Unavailable."""
    complete, exact = engine.query(SUMS, name="attack: sums")[0]
    return int(complete), int(exact)


def largest_day(engine: Engine) -> tuple[int, date] | None:
    """Portal and service day with the most visits in the short memory; nothing where that is empty. Raises Unavailable."""
    found = engine.query(LARGEST, name="attack: largest day")
    return (int(found[0][0]), found[0][1]) if found else None


def trails(engine: Engine, site: int, day: date) -> list[list[int]]:
    """Of each visitor of that day the pages and hours, as hashes that mean nothing else. Raises BadQuestion, Unavailable."""
    given = {"site": site, "day": day, "points": MOST_POINTS, "most": MOST_TRAILS}
    return [[int(point) for point in points] for (points,) in engine.query(TRAILS, given, name="attack: trails")]


def heaviest(engine: Engine, site: int, day: date) -> int:
    """The visitor of most pages; 0 where nobody came. Raises Unavailable."""
    found = engine.query(HEAVIEST, {"site": site, "day": day}, name="attack: heaviest")
    return int(found[0][0]) if found else 0


def moved(engine: Engine, asked: Asked, nonce: int, visitor: int) -> tuple[int, int]:
    """Cells of a mart that are another without that visitor, and the most that one of them changes by. Raises BadQuestion, Unavailable."""
    everybody = bounded_counts(engine, asked, nonce, settings="")
    others = bounded_counts(_Without(engine, visitor), asked, nonce, settings="")
    changes = [abs(everybody.get(cell, 0) - others.get(cell, 0)) for cell in everybody.keys() | others.keys()]
    return sum(map(bool, changes)), max(changes, default=0)


class _Without:
    """The store as it would be had that visitor not come."""

    def __init__(self, engine: Engine, visitor: int) -> None:
        self._engine, self._visitor = engine, visitor

    def query(self, sql: str, parameters: Mapping[str, Any], *, name: str = "") -> list[tuple[Any, ...]]:
        others = sql.replace(EVERYBODY, f"({EVERYBODY} AND visitor != {{without:UInt64}})")
        return self._engine.query(others, {**parameters, "without": self._visitor}, name=name)
