"""The daily roll-up: made of closed days, a few portals' day at a time, and known to be out of date as soon as something arrives for them.

Exact, because its rows add up (schema 0002): a visitor id lives one service day, so only who is there on both sides of a midnight could be
counted twice, and for those there are rows that take away. What would not add up (a visit of more than two local days) is marked as such.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, timedelta
from importlib.resources import files
from typing import Any, Protocol, TypeVar

import msgspec

from footfall.store.engine import Engine
from footfall.store.visits import Origin

__all__ = [
    "ORIGIN",
    "ROLLED",
    "SEPARATOR",
    "SUMS",
    "Asked",
    "Batch",
    "Day",
    "Span",
    "build",
    "days_of",
    "long_visits",
    "rows_of",
    "settle",
    "spans_of",
    "sweep",
]

T = TypeVar("T")
Span = tuple[int, int]
"""From the first instant of a local day to that of another, seconds since 1970."""
ORIGIN = Origin.__struct_fields__
"""Columns of both tables that a visit's first event fixes."""
ROLLED: dict[str, tuple[str, ...]] = {
    "visits": (
        *("", *ORIGIN, "entry_page", "exit_page", "entry_hostname", "exit_hostname"),
        *("source,channel", "referrer,source,channel", "region,country", "city,region,country"),
        *("os,device", "os_version,os", "browser_version,browser", "entry_page,entry_hostname", "exit_page,exit_hostname"),
    ),
    "events": ("", *ORIGIN, "path", "hostname", "name", "path,hostname"),
}
"""By table: the columns that are dimensions of the roll-up, or several of them together, with SEPARATOR between their values; the empty one
is all rows together."""
SEPARATOR = "\x1f"
SCRIPTS = {table: files("footfall.store").joinpath(f"roll_{table}.sql").read_text(encoding="utf-8") for table in ROLLED}
SUMS = {"visits": "visitors, by_end, visits, bounces, seconds, views", "events": "visitors, viewers, visits, pageviews, events"}
DAYS = """SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day"""
LONG = """SELECT DISTINCT site FROM visits WHERE site IN {sites:Array(UInt32)} AND day IN {days:Array(Date)}
AND arrayCount(at -> at > toUnixTimestamp(start) AND at <= toUnixTimestamp(end), {midnights:Array(UInt32)}) > 1"""
SPANS = """SELECT day, arraySort(groupUniqArray((first, last))) FROM {table:Identifier} WHERE site = {site:UInt32} AND dim = ''
AND day IN {days:Array(Date)} AND build IN {builds:Array(UInt64)} AND ROWS > 0 GROUP BY day"""
REACHING = {
    "events": "time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')",
    "visits": "start < fromUnixTimestamp64Milli({to:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')",
}
LEFT = "SELECT DISTINCT site, build FROM {table:Identifier} WHERE site IN {sites:Array(UInt32)} AND day = {day:Date}"
SWEEP = """ALTER TABLE {table:Identifier} DELETE WHERE day = {day:Date} AND (site, build) IN {left:Array(Tuple(UInt32, UInt64))}
SETTINGS mutations_sync = 2"""
GENTLY = """
SETTINGS max_threads = 1, do_not_merge_across_partitions_select_final = 1,
    distributed_product_mode = 'local', distributed_foreground_insert = 1"""
SCATTERED = """SELECT partition FROM system.parts WHERE active AND database = currentDatabase() AND table = {table:String}
GROUP BY partition HAVING count() > 1"""
SETTLE = "OPTIMIZE TABLE {table:Identifier} PARTITION {day:String} FINAL"


class Asked(Protocol):
    def query(self, sql: str, parameters: dict[str, Any], *, name: str = "") -> list[tuple[Any, ...]]: ...
    def remember(self, key: Hashable, find: Callable[[], T]) -> T: ...
    @property
    def sharded(self) -> bool: ...


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A portal's service day as the roll-up has it."""

    site: int
    day: date
    rows: int = 0
    """Events and visits written for it so far."""
    build: int = 0
    """The latest; 0 = never rolled up."""
    adds_up: bool = True
    """False: its visits' rows do not (see LONG), and are not to be used."""
    fresh: bool = False
    """The build stands: nothing was written since, and its midnights are the portal's."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What one build reads: a service day of portals in one time zone."""

    days: tuple[Day, ...]
    timezone: str
    midnights: list[int]
    """First instants of local days, seconds since 1970, from a week before the day to a week after."""


def days_of(engine: Asked, timezones: dict[int, str], first: date, last: date) -> list[Day]:
    """Every service day from first to last that holds something of these portals, given with their time zones."""
    key = ("days", tuple(timezones.items()), first, last)
    return engine.remember(key, lambda: _days_of(engine, timezones, first, last))


def _days_of(engine: Asked, timezones: dict[int, str], first: date, last: date) -> list[Day]:
    asked = {"sites": list(timezones), "first": first - timedelta(days=1), "last": last}
    held = {(site, day): (rows, build) for site, day, rows, build in engine.query(DAYS, asked, name="service days")}
    found = []
    for (site, day), (rows, build) in held.items():
        number, timezone, rows_then, before_then, adds_up = _plain(build)
        before = held.get((site, day - timedelta(days=1)), (0, None))[0]
        fresh = number > 0 and (timezone, rows_then, before_then) == (timezones[site], rows, before)
        if day >= first:
            found.append(Day(site=site, day=day, rows=rows, build=number, adds_up=bool(adds_up), fresh=fresh))
    return found


def rows_of(table: str, dims: Iterable[str]) -> str:
    """The SELECT of the roll-up's rows by these dimensions. Parameters: sites, days, days_and_before, midnights."""
    names = ", ".join(f"'{dim}'" for dim in dims)
    values = ", ".join(_value(dim) for dim in dims)
    return SCRIPTS[table].replace("DIMS", f"[{names}]").replace("VALUES", f"[{values}]")


def _value(dim: str) -> str:
    if not dim:
        return "''"
    columns = [f"toString({column})" for column in dim.split(",")]
    return columns[0] if len(columns) == 1 else f"arrayStringConcat([{', '.join(columns)}], '{SEPARATOR}')"


def long_visits(engine: Asked, sites: Sequence[int], days: Sequence[date], midnights: Sequence[int]) -> set[int]:
    """Sites that have a visit of more than two local days on these service days: their visits' rows would not add up."""
    asked = {"sites": sites, "days": days, "midnights": midnights}
    key = ("long", tuple(sites), tuple(days), tuple(midnights))
    return engine.remember(key, lambda: {site for (site,) in engine.query(LONG, asked, name="long visits")})


def spans_of(engine: Asked, table: str, site: int, days: Sequence[Day]) -> dict[date, tuple[Span, ...]]:
    """The spans of local days that a portal's visits, or events but for engagement, are on; by service day, of days that are fresh."""
    builds = [one.build for one in days]
    asked = {"table": f"{table}_by_day", "site": site, "days": [one.day for one in days], "builds": builds}

    def find() -> dict[date, tuple[Span, ...]]:
        return {day: tuple(map(tuple, spans)) for day, spans in engine.query(SPANS.replace("ROWS", table), asked, name="spans")}

    return engine.remember(("spans", table, site, *builds), find) if days else {}


def reaching(engine: Asked, table: str, site: int, days: Sequence[date], span_ms: tuple[int, int]) -> set[date]:
    """Those of a portal's service days that have an event, or a state of a visit, between two instants."""
    asked = {"site": site, "days": list(days), "from": span_ms[0], "to": span_ms[1]}
    sql = f"SELECT DISTINCT day FROM {table} WHERE site = {{site:UInt32}} AND day IN {{days:Array(Date)}} AND {REACHING[table]}"
    key = ("reaching", table, site, tuple(days), span_ms)
    return engine.remember(key, lambda: {day for (day,) in engine.query(sql, asked, name="reaching")}) if days else set()


def build(engine: Engine, batch: Batch, random: int) -> None:
    """Roll the batch's day up. Begun again after a crash it starts anew: what was not finished does not stand in ``service_days``.

    ``random`` (32 bits) keeps an unfinished build's rows apart from those of the next.
    """
    sweep(engine, batch.days)
    day, sites = batch.days[0].day, [one.site for one in batch.days]
    before = day - timedelta(days=1)
    number = ((max(one.build for one in batch.days) >> 32) + 1) << 32 | random
    rows = {(one.site, one.day): one.rows for one in days_of(engine, dict.fromkeys(sites, batch.timezone), before, day)}
    asked = {"sites": sites, "days": [day], "days_and_before": [before, day], "midnights": batch.midnights, "day": day, "build": number}
    long = long_visits(engine, sites, [day], batch.midnights)
    for table, dims in ROLLED.items():
        columns = f"dim, value, first, last, {SUMS[table]}"
        select = f"SELECT site, {{day:Date}}, {{build:UInt64}}, {columns} FROM ({rows_of(table, dims)})"
        engine.command(f"INSERT INTO {table}_by_day (site, day, build, {columns}) {select}{GENTLY}", asked)
    made = {"number": number, "timezone": batch.timezone}
    lines = [
        {
            "site": site,
            "day": str(day),
            "build": made | {"rows": rows.get((site, day), 0), "before": rows.get((site, before), 0), "adds_up": site not in long},
        }
        for site in sites
    ]
    engine.insert_ndjson("service_days", msgspec.json.Encoder().encode_lines(lines), f"build-{number}")


def sweep(engine: Engine, days: Sequence[Day]) -> None:
    """Delete the rows of other builds of this one service day: older ones, and what a crash left unfinished."""
    day, stand = days[0].day, {(one.site, one.build) for one in days}
    for table in (f"{name}_by_day" for name in ROLLED):
        asked = {"table": table, "sites": [one.site for one in days], "day": day}
        left = set(engine.query(LEFT, asked, name="old builds")) - stand
        for node in engine.nodes() if left else ():
            local = f"{table}_local" if node.topology.cluster else table
            node.command(SWEEP, {"table": local, "day": day, "left": sorted(left)})
            if node is not engine:
                node.close()


def settle(engine: Engine, days: Iterable[date]) -> None:
    """Merge the visits of these service days into one part each: then only a visit's last state is left, and FINAL costs nothing."""
    over = {str(day) for day in days}
    for node in engine.nodes():
        table = "visits_local" if node.topology.cluster else "visits"
        for (day,) in node.query(SCATTERED, {"table": table}, name="scattered days"):
            if day in over:
                node.command(SETTLE, {"table": table, "day": day})
        if node is not engine:
            node.close()


def _plain(build: Any) -> tuple[Any, ...]:
    """A named tuple as clients give it: a dict, or a tuple."""
    return tuple(build.values()) if isinstance(build, dict) else tuple(build)
