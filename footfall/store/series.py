"""The table of series: made of the events of complete hours and days, made again where more came for them, and read by key.

A bucket that is made twice is there once: the rows of the later making replace those of the one before, key by key.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any, Literal

import msgspec

from footfall.store.engine import Engine
from footfall.store.item_topics import current_topics
from footfall.store.marts import goal_condition, keeper
from footfall.vocabulary import FIRST_LATE_ID, Goal

__all__ = [
    "DIMENSIONS",
    "HOUR_S",
    "Bucket",
    "Made",
    "Making",
    "Met",
    "Written",
    "day_start_s",
    "events_by_hour",
    "first_told",
    "made_buckets",
    "make_day",
    "make_hours",
    "met",
    "put_made",
    "series_of",
    "written_days",
]

Step = Literal["hour", "day"]
DIMENSIONS = (
    *("portal", "section", "page", "topic", "search", "search_zero", "service_step", "goal"),
    *("source", "channel", "region", "city"),
)
HOUR_S = 3600
HOURS, DAYS, CELLS = (
    files("footfall.store").joinpath(f"series_{name}.sql").read_text(encoding="utf-8").strip() for name in ("hours", "days", "cells")
)
TOPICS = """(SELECT site, path, groupUniqArray(topic) AS topics FROM item_topics
WHERE version = {version:UInt64} AND site IN {sites:Array(UInt32)} GROUP BY site, path)"""
INSERT = """INSERT INTO series (site, day, dimension, key, step, bucket, value, visitors, version)
SELECT site, max(day), dimension, key, {step:String}, fromUnixTimestamp(at), sum(value), sum(visitors), {now:UInt64} FROM
(
    SELECT site, day, dimension, key, toUInt32(bucket) AS at, value, visitors FROM (FOUND)
    UNION ALL
    SELECT site, day, CAST(dimension AS String) AS dimension, key, toUnixTimestamp(bucket) AS at, 0 AS value, 0 AS visitors FROM series
    WHERE step = {step:String} AND site IN {sites:Array(UInt32)}
        AND day BETWEEN toDate(fromUnixTimestamp(arrayMin({buckets:Array(UInt32)}))) - 1
            AND toDate(fromUnixTimestamp(arrayMax({buckets:Array(UInt32)}))) + 1
        AND toUnixTimestamp(bucket) IN {buckets:Array(UInt32)}
)
GROUP BY site, dimension, key, at
SETTINGS max_threads = 1, distributed_product_mode = 'local', distributed_foreground_insert = 1"""
MADE = """SELECT site, toString(step), toUnixTimestamp(bucket), argMax(rows, version) FROM series_made
WHERE site IN {sites:Array(UInt32)} AND day >= {since:Date} GROUP BY site, step, bucket"""
BY_HOUR = """SELECT site, toUnixTimestamp(toStartOfHour(time)) AS hour, count() FROM events
WHERE site IN {sites:Array(UInt32)} AND day >= {since:Date} GROUP BY site, hour"""
WRITTEN = "SELECT site, day, sum(rows) FROM service_days WHERE site IN {sites:Array(UInt32)} AND day >= {since:Date} GROUP BY site, day"
FIRST_TOLD = """SELECT site, min(toDate(bucket, 'UTC')) FROM series
WHERE step = 'day' AND dimension = 'portal' AND value > 0 AND site IN {sites:Array(UInt32)} GROUP BY site"""
MET = files("footfall.store").joinpath("series_met.sql").read_text(encoding="utf-8").strip()
SERIES = """SELECT site, toString(dimension), key, groupArray(toUnixTimestamp(bucket)), groupArray(value), groupArray(visitors) FROM
(
    SELECT site, dimension, key, bucket, value, visitors FROM series FINAL
    WHERE step = {step:String} AND site IN {sites:Array(UInt32)}
        AND day >= toDate(fromUnixTimestamp({from_s:UInt32} - least({from_s:UInt32}, 86400)))
        AND day <= toDate(fromUnixTimestamp({to_s:UInt32})) + 1
        AND bucket >= fromUnixTimestamp({from_s:UInt32}) AND bucket < fromUnixTimestamp({to_s:UInt32})
        AND ({is_whole:Bool} OR (dimension, key) IN {keys:Array(Tuple(String, String))})
)
GROUP BY site, dimension, key HAVING sum(value) > 0 ORDER BY site, dimension, key"""
encoder = msgspec.json.Encoder()
Bucket = tuple[int, Step, int]
"""Site, step, and when the bucket began, seconds since 1970; of a day 00:00 UTC of its date."""
Made = dict[Bucket, int]
"""What each bucket was made of, as it was counted then."""
Written = dict[tuple[int, date], int]
"""Rows by portal and service day."""


class Making(msgspec.Struct, frozen=True, kw_only=True):
    """Portals in one time zone whose buckets are made together."""

    sites: tuple[int, ...]
    timezone: str
    goals: tuple[Goal, ...] = ()
    """Of these portals."""
    steps: Mapping[str, Goal] = {}
    """Of their funnels, each as a goal, by ``FUNNEL:PLACE``."""


class Met(msgspec.Struct, frozen=True):
    """What visits met of some keys, by their places in the list that was asked for."""

    visits: dict[tuple[int, int], int]
    """That met both, the lesser place first; of a place with itself all that met it."""
    top_share: dict[int, float]
    """Of the visitor who has most of a key, what part of it is theirs."""


def make_hours(engine: Engine, making: Making, from_s: int, to_s: int, now_ms: int) -> None:
    """Make the rows of whole hours from one instant to another, a day or two at most. Raises Unavailable; the same again completes it."""
    first, last = (datetime.fromtimestamp(at, UTC).date() for at in (from_s - 24 * HOUR_S, to_s))
    one_day = timedelta(days=1)
    given = {"first": first - one_day, "last": last + one_day, "from_s": from_s, "to_s": to_s, "timezone": making.timezone}
    _make(engine, HOURS, making, "hour", list(range(from_s, to_s, HOUR_S)), given, now_ms)


def make_day(engine: Engine, making: Making, day: date, now_ms: int) -> None:
    """Make the rows of a service day. Raises as ``make_hours``."""
    _make(engine, DAYS, making, "day", [day_start_s(day)], {"day": day}, now_ms)


def _make(engine: Engine, script: str, making: Making, step: Step, buckets: list[int], given: dict[str, Any], now_ms: int) -> None:
    values: dict[str, Any] = {}
    found = _filled(script, making, values)
    asked = {"sites": list(making.sites), "version": current_topics(engine).version, "last_id": FIRST_LATE_ID - 1, "now": now_ms}
    engine.command(INSERT.replace("FOUND", found), values | asked | given | {"step": step, "buckets": buckets})


def _filled(script: str, making: Making, values: dict[str, Any]) -> str:
    own = _own_cells(making, values)
    cells = CELLS.replace("OWN", f"arrayConcat({', '.join(own)})" if own else "[]")
    names = "1" if any(goal.scroll_threshold is not None for goal in making.goals) else "name != 'engagement'"
    return script.replace("CELLS", cells).replace("TOPICS", TOPICS).replace("NAMES", names)


def _own_cells(making: Making, values: dict[str, Any]) -> list[str]:
    """What a portal's team set up: their goals and the steps of their funnels."""
    keep = keeper(values)
    goals = [("goal", str(goal.id), goal) for goal in making.goals]
    steps = [("service_step", f"funnel:{key}", goal) for key, goal in making.steps.items()]
    return [
        f"site = {goal.portal_id:d} AND {goal_condition(goal, keep)} ? [('{dimension}', {keep(key)})] : []"
        for dimension, key, goal in (*goals, *steps)
    ]


def day_start_s(day: date) -> int:
    """The bucket of a day."""
    return (day - date(1970, 1, 1)).days * 86_400


def put_made(engine: Engine, made: Iterable[tuple[Bucket, date, int]], now_ms: int) -> None:
    """Note of what buckets were made, with their service days. Raises Unavailable."""
    lines = [
        {"site": site, "day": str(day), "step": step, "bucket": bucket, "rows": rows, "version": now_ms}
        for (site, step, bucket), day, rows in made
    ]
    if lines:
        engine.insert_ndjson("series_made", encoder.encode_lines(lines), f"series-{now_ms}-{lines[0]['site']}-{lines[0]['bucket']}")


def made_buckets(engine: Engine, sites: Sequence[int], since: date) -> Made:
    """What stands of these portals' buckets from that service day on. Raises Unavailable."""
    found = engine.query(MADE, {"sites": list(sites), "since": since}, name="series made")
    return {(int(site), "day" if step == "day" else "hour", int(bucket)): int(rows) for site, step, bucket, rows in found}


def events_by_hour(engine: Engine, sites: Sequence[int], since: date) -> dict[tuple[int, int], int]:
    """Events that there are now by portal and hour, from that service day on: to tell an hour that more came for. Raises Unavailable."""
    found = engine.query(BY_HOUR, {"sites": list(sites), "since": since}, name="events by hour")
    return {(int(site), int(hour)): int(count) for site, hour, count in found}


def written_days(engine: Engine, sites: Sequence[int], since: date) -> Written:
    """What was written for service days from that one on. Raises Unavailable."""
    found = engine.query(WRITTEN, {"sites": list(sites), "since": since}, name="days written")
    return {(int(site), day): int(rows) for site, day, rows in found}


def first_told(engine: Engine, sites: Sequence[int]) -> dict[int, date]:
    """By portal the first of its days that has a row: one over the cohort. A portal without any is not there. Raises Unavailable."""
    found = engine.query(FIRST_TOLD, {"sites": list(sites)}, name="first day told")
    return {int(site): day for site, day in found}


def met(engine: Engine, making: Making, keys: Sequence[tuple[str, str]], from_s: int, to_s: int) -> Met:
    """What visits met of these keys from one instant to another: counts for no eye but the detector's. Raises Unavailable."""
    values: dict[str, Any] = {}
    days = [datetime.fromtimestamp(at, UTC).date() for at in (from_s, to_s)]
    given = {"first": days[0] - timedelta(days=1), "last": days[1] + timedelta(days=1), "from_s": from_s, "to_s": to_s}
    asked = {"sites": list(making.sites), "version": current_topics(engine).version, "last_id": FIRST_LATE_ID - 1}
    wanted = {"dimensions": [dimension for dimension, _ in keys], "keys": [key for _, key in keys]}
    rows = engine.query(_filled(MET, making, values), values | asked | given | wanted, name="series met") if keys else []
    shared = {(int(one) - 1, int(other) - 1): int(count) for kind, one, other, count in rows if kind == "visits"}
    return Met(shared, {int(one) - 1: int(count) / 1000 for kind, one, _, count in rows if kind == "share"})


def series_of(
    engine: Engine, sites: Sequence[int], step: Step, span: tuple[int, int], *, keys: Iterable[tuple[str, str]] | None = None
) -> list[tuple[int, str, str, list[int], list[int], list[int]]]:
    """Site, dimension and key of each series, or of ``keys`` alone, with its buckets, values and visitors, in the order of neither.

    ``span`` is from when until when buckets begin, seconds since 1970. Raises Unavailable.
    """
    given = {"step": step, "sites": list(sites), "from_s": span[0], "to_s": span[1], "is_whole": keys is None, "keys": list(keys or ())}
    found = engine.query(SERIES, given, name="series")
    return [(int(site), str(dimension), str(key), buckets, values, visitors) for site, dimension, key, buckets, values, visitors in found]
