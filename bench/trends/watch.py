"""How long after an hour its cards are there: 10,000 pages in 20 portals, or in one; the whole pass of `serve.trend_jobs.watch`.

Six weeks of hours and twelve of days stand in the store as they were made, and the events of the last day and of the same hours a week
earlier; the hour is made of its events, scored, tested, told of and saved as cards. In each portal one page is at four times.
"""

import resource
import tempfile
import time
from datetime import UTC, datetime

from footfall.control.trends import list_cards
from footfall.serve.house import Desk, open_desk
from footfall.serve.trend_jobs import watch
from footfall.settings import read_settings
from footfall.store.engine import Engine

KEYS, WEEKS = 10_000, 6
AT = datetime(2026, 3, 25, 15, tzinfo=UTC)
AT_S = int(AT.timestamp())
"""When the hour ended."""
AFTER_HOUR_S = 15
"""The job waits so long for the last events."""
MEAN = "5 + 20000 / (50 + page)"
PAST = f"""INSERT INTO series SELECT site, toDate(at, 'UTC'), if(page = {{keys:UInt32}}, 'portal', 'page'),
    if(page = {{keys:UInt32}}, '', concat('/', toString(page))),
    {{step:String}}, at, toUInt32(greatest(1, mean + sqrt(mean) * noise)), 12, 1
FROM
(
    SELECT number % {{portals:UInt32}} + 1 AS site, intDiv(number, {{portals:UInt32}}) * {{portals:UInt32}} AS page,
        randNormal(0, 1, ago) AS noise,
        toDateTime({{last:UInt32}} - ago * {{seconds:UInt32}}, 'UTC') AS at,
        {{seconds:UInt32}} / 3600 * if(page = {{keys:UInt32}}, {{whole:Float64}}, {MEAN}) AS mean
    FROM numbers({{keys:UInt64}} + {{portals:UInt64}}) ARRAY JOIN range({{first:UInt32}}, {{buckets:UInt32}}) AS ago
)"""
MADE = """INSERT INTO series_made SELECT site, toDate(at, 'UTC'), {step:String}, at, 0, 1
FROM
(
    SELECT number + 1 AS site, toDateTime({last:UInt32} - ago * {seconds:UInt32}, 'UTC') AS at
    FROM numbers({portals:UInt64}) ARRAY JOIN range({first:UInt32}, {buckets:UInt32}) AS ago
)"""
EVENTS = f"""INSERT INTO events (site, day, time, visitor, visit, seq, name, interactive, hostname, path, source, channel, region, city)
SELECT page % {{portals:UInt32}} + 1 AS site, toDate(time), at + intHash32(view) % 3600 AS time,
    cityHash64(site, at, intDiv(view, 3), 3) % 1000000000000 + 1, cityHash64(site, at, intDiv(view, 3)), view % 3, 'pageview', 1,
    'a.example', concat('/', toString(intDiv(page, {{portals:UInt32}}) * {{portals:UInt32}})),
    ['', 'Google', 'News'][view % 7 % 3 + 1], 'Direct', '', ''
FROM
(
    SELECT number AS page, toDateTime({{last:UInt32}} - ago * 3600, 'UTC') AS at, rowNumberInAllBlocks() AS view
    FROM (SELECT number, ago FROM numbers({{keys:UInt64}}) ARRAY JOIN {{hours:Array(UInt32)}} AS ago)
    ARRAY JOIN range(toUInt32(({MEAN.replace("page", "intDiv(number, {portals:UInt32}) * {portals:UInt32}")})
        * if(ago = 0 AND intDiv(number, {{portals:UInt32}}) = 3, 4, 1))) AS copy
)"""
HOURS = [*range(24), *range(168, 172)]


def filled(engine: Engine, portals: int) -> None:
    """Whose hours are made up to the one before the last."""
    last = AT_S - 3600
    whole = sum(5 + 20000 / (50 + number) for number in range(KEYS)) / portals
    day = AT_S // 86_400 * 86_400 - 86_400
    for step, at, seconds, buckets in (("hour", last, 3600, WEEKS * 168), ("day", day, 86_400, 84)):
        given = {"portals": portals, "step": step, "last": at, "seconds": seconds, "keys": KEYS, "whole": whole}
        engine.command(PAST, given | {"first": int(step == "hour"), "buckets": buckets})
        engine.command(MADE, given | {"first": int(step == "hour"), "buckets": buckets})
    engine.command(EVENTS, {"portals": portals, "last": last, "keys": KEYS, "hours": HOURS})


def passed(desk: Desk, portals: int) -> tuple[float, float]:
    """Seconds and CPU seconds of the pass over the last hour."""
    for number in range(portals):
        desk.control.create_portal(domain=f"portal{number}.example")
    filled(desk.engine, portals)
    watch(desk, AT_S - 3600)
    began, began_cpu = time.perf_counter(), time.process_time()
    watch(desk, AT_S)
    return time.perf_counter() - began, time.process_time() - began_cpu


def main(short: bool = False) -> None:
    for portals in (20,) if short else (20, 1):
        with tempfile.TemporaryDirectory() as home:
            desk = open_desk(read_settings({"FOOTFALL_POLICY": "staff"}, home=home, now=AT.isoformat()))
            seconds, cpu = passed(desk, portals)
            cards = len(list_cards(desk.control, range(1, portals + 1)))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            told = f"{cards} cards {AFTER_HOUR_S + seconds:.0f} s after it ended (pass {seconds:.1f} s, CPU {cpu:.1f} s), memory {peak} MB"
            print(f"watch, an hour of {KEYS:,} pages in {portals} portals: {told}", flush=True)
            desk.close()


if __name__ == "__main__":
    main()
