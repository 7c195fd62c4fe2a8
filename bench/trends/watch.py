"""How long after an hour its cards are there: 10,000 pages in 20 portals, or in one; the whole pass of `serve.trend_jobs.watch`.

Six weeks of hours and twelve of days stand in the store as they were made, and the events of the last day and of the same hours a week
earlier; the hour is made of its events, scored, tested, told of and saved as cards. In each portal one page is at four times; with open
cards so many others were so an hour before, and still are: these are told anew after the new ones.
"""

import resource
import tempfile
import time
from datetime import UTC, datetime

import msgspec

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
        * if(ago = 0 AND intDiv(number, {{portals:UInt32}}) = 3
            OR ago < 2 AND intDiv(number, {{portals:UInt32}}) BETWEEN 4 AND 3 + {{open:UInt32}}, 4, 1))) AS copy
)"""
HOURS = [*range(24), *range(168, 172)]


def filled(engine: Engine, portals: int, open_cards: int) -> None:
    """Whose hours are made up to the one before the last."""
    last = AT_S - 3600
    whole = sum(5 + 20000 / (50 + number) for number in range(KEYS)) / portals
    day = AT_S // 86_400 * 86_400 - 86_400
    for step, at, seconds, buckets in (("hour", last, 3600, WEEKS * 168), ("day", day, 86_400, 84)):
        given = {"portals": portals, "step": step, "last": at, "seconds": seconds, "keys": KEYS, "whole": whole}
        engine.command(PAST, given | {"first": int(step == "hour"), "buckets": buckets})
        engine.command(MADE, given | {"first": int(step == "hour"), "buckets": buckets})
    engine.command(EVENTS, {"portals": portals, "last": last, "keys": KEYS, "hours": HOURS, "open": open_cards})


def passed(desk: Desk, portals: int, open_cards: int) -> tuple[float, float, float]:
    """Of the pass over the last hour: seconds until its new cards are there, seconds, and CPU seconds. ``open_cards`` a portal."""
    for number in range(portals):
        desk.control.create_portal(domain=f"portal{number}.example")
    filled(desk.engine, portals, open_cards)
    watch(desk, AT_S - 3600)
    began, began_cpu = time.perf_counter(), time.process_time()
    new: list[float] = []
    watch(desk, AT_S, beside=lambda: new.append(time.perf_counter() - began))
    return new[0], time.perf_counter() - began, time.process_time() - began_cpu


def main(short: bool = False) -> None:
    for portals, open_cards in ((20, 0),) if short else ((20, 0), (1, 0), (20, 10)):
        with tempfile.TemporaryDirectory() as home:
            desk = open_desk(read_settings({"FOOTFALL_POLICY": "staff"}, home=home, now=AT.isoformat()))
            new, seconds, cpu = passed(desk, portals, open_cards)
            cards = list_cards(desk.control, range(1, portals + 1), most=1000)
            begun, told = (sum(getattr(one, name) == AT_S * 1000 for one in cards) for name in ("found_ms", "seen_ms"))
            at = AT.isoformat(timespec="seconds")
            anew = sum(msgspec.json.decode(one.body)["told"] == at for one in cards) - begun
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            first = f"{begun} cards {AFTER_HOUR_S + new:.0f} s after it ended"
            rest = f"{anew} of {told - begun} open ones told anew by {AFTER_HOUR_S + seconds:.0f} s"
            spent = f"pass {seconds:.1f} s, CPU {cpu:.1f} s, memory {peak} MB"
            print(f"watch, an hour of {KEYS:,} pages in {portals} portals: {first}, {rest} ({spent})", flush=True)
            desk.close()


if __name__ == "__main__":
    main()
