"""Server time of a portal's page: every panel of a portal that holds a tenth of all events, unfiltered and filtered.

``python -m bench.panels`` makes 100 million events (10 million in the portal); ``--short`` 10 million (1 million). The limits are for the
long form, on two cores: 150 ms at p95 unfiltered (from the daily roll-up), 700 ms filtered (from every event), 35 bytes an event in all.
No answer is served from a cache of answers; the files are in the machine's memory. Today is under way, as it is wherever somebody looks.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median, quantiles
from types import SimpleNamespace
from typing import Any

import msgspec

from footfall.reports import question, run
from footfall.serve.rolling import Rolling
from footfall.store.engine import Engine, open_engine
from footfall.store.migrate import migrate
from footfall.vocabulary import Portal

FIRST_DAY = 20_665  # 2026-07-31
NOW_MS = (FIRST_DAY + 30) * 86_400_000 + 43_200_000
PORTAL = Portal(id=1, domain="portal.example", umami_id="")
ROLLED = (1, *range(150, 201))
"""Portals that are rolled up: ours, and a quarter of the small ones; all of them would take the long form five minutes."""
VISITS_A_BATCH = 1_000_000
EVENTS_A_VISIT = 3.7
COUNTED = "INSERT INTO service_days (site, day, rows) SELECT site, day, count() FROM events WHERE site != {skip:UInt32} GROUP BY site, day"
EVENTS = "SELECT count() FROM events WHERE site IN {sites:Array(UInt32)}"
BYTES = """SELECT table, sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase()
AND table IN ('events', 'visits', 'events_by_day', 'visits_by_day') GROUP BY table"""

PANELS: dict[str, dict[str, Any]] = {
    "totals": {"metrics": ["visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration"]},
    "graph": {"metrics": ["visitors", "pageviews"], "dimensions": ["time:day"]},
    "pages": {"metrics": ["visitors", "pageviews"], "dimensions": ["event:page"]},
    "entry pages": {"metrics": ["visitors", "visits"], "dimensions": ["visit:entry_page"]},
    "exit pages": {"metrics": ["visitors", "visits"], "dimensions": ["visit:exit_page"]},
    "sources": {"metrics": ["visitors", "bounce_rate"], "dimensions": ["visit:source"]},
    "channels": {"metrics": ["visitors"], "dimensions": ["visit:channel"]},
    "countries": {"metrics": ["visitors"], "dimensions": ["visit:country"]},
    "devices": {"metrics": ["visitors"], "dimensions": ["visit:device"]},
    "browsers": {"metrics": ["visitors"], "dimensions": ["visit:browser"]},
    "systems": {"metrics": ["visitors"], "dimensions": ["visit:os"]},
}
FILTERS = [["is", "visit:country", ["RU"]], ["is", "visit:device", ["Mobile"]]]


def fill(engine: Engine, visits: int, *, seed: int = 1, skip: int = 0, sites: int = 200, days: int = 30) -> None:
    """Made-up visits and their events over that many days and half of today, by the statements of panels.sql; none on site ``skip``."""
    statements = Path(__file__).with_name("panels.sql").read_text().split(";\n\n")
    for first_day, count, own_seed in ((FIRST_DAY, visits, seed), (FIRST_DAY + days, visits // (2 * days), seed + 1000)):
        shape = {"visits": visits, "first_day": first_day, "days": days, "others": sites - 1, "seed": own_seed, "skip": skip}
        for first in range(0, count, VISITS_A_BATCH):
            bounds = {"from": first, "count": min(VISITS_A_BATCH, count - first)}
            for statement in statements:
                engine.command(statement.rstrip().rstrip(";"), shape | bounds)
    engine.command(COUNTED, {"skip": skip})


def roll_up(engine: Engine, sites: Iterable[int], now_ms: int = NOW_MS) -> tuple[float, int]:
    """CPU microseconds an event of rolling every day of these portals up, visits merged; and how many events that were."""
    portals = [msgspec.structs.replace(PORTAL, id=site) for site in sites]
    rolling = Rolling(SimpleNamespace(portals=lambda: portals), engine, now=lambda: now_ms, random=os.urandom)
    started = time.process_time()
    rolling.round()
    rolling.round()
    spent, events = time.process_time() - started, engine.query(EVENTS, {"sites": list(sites)})[0][0]
    rolling.round()
    return spent / events * 1e6, events


def page_ms(engine: Engine, filters: list[Any], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each panel, one list of ``rounds`` runs a panel, panels interleaved, after one run that does not count."""
    times: dict[str, list[float]] = {name: [] for name in PANELS}
    for _ in range(rounds + 1):
        for name, panel in PANELS.items():
            body = {"site_id": PORTAL.domain, "date_range": "30d", "filters": filters, "pagination": {"limit": 10}} | panel
            started = time.perf_counter()
            run.answer(question.parse(body, portal=PORTAL, goals=(), now_ms=NOW_MS), engine)
            times[name].append((time.perf_counter() - started) * 1000)
    return {name: panel[1:] for name, panel in times.items()}


def pages(times: dict[str, list[float]]) -> list[float]:
    return [sum(panel) for panel in zip(*times.values(), strict=True)]


def report(label: str, times: dict[str, list[float]], limit_ms: int) -> None:
    whole = pages(times)
    p95 = quantiles(whole, n=20)[-1]
    print(f"page {label}: p50 {median(whole):,.0f} ms, p95 {p95:,.0f} ms = {p95 / limit_ms:.2f} of the limit {limit_ms} ms")
    print("  " + ", ".join(f"{name} {median(panel):,.0f}" for name, panel in times.items()), flush=True)


def report_bytes(engine: Engine, rolled_events: int) -> None:
    """Bytes an event by table; the roll-up's over the events that are rolled up."""
    total = engine.query("SELECT count() FROM events")[0][0]
    found = {table: size / (rolled_events if table.endswith("_by_day") else total) for table, size in engine.query(BYTES)}
    listed = ", ".join(f"{table} {size:.2f}" for table, size in sorted(found.items()))
    print(f"bytes an event: {listed}; together {sum(found.values()):.1f} = {sum(found.values()) / 35:.2f} of the limit 35", flush=True)


def measure(engine: Engine, rounds: int) -> None:
    """What ``main`` prints, of a store that is filled."""
    total, ours = engine.query("SELECT count(), countIf(site = 1) FROM events")[0]
    print(f"{total:,} events, {ours:,} in the portal", flush=True)
    cost, rolled_events = roll_up(engine, ROLLED)
    print(f"rolled up: {rolled_events:,} events, {cost:.2f} µs CPU an event", flush=True)
    report_bytes(engine, rolled_events)
    report("unfiltered", page_ms(engine, [], rounds), 150)
    report("filtered", page_ms(engine, FILTERS, rounds), 700)


def main(short: bool = False) -> None:
    visits = int((10_000_000 if short else 100_000_000) / EVENTS_A_VISIT)
    with tempfile.TemporaryDirectory() as home:
        engine = open_engine("chdb", Path(home), query_seconds=600, query_memory_bytes=8_000_000_000)
        try:
            migrate(engine)
            fill(engine, visits)
            measure(engine, rounds=10 if short else 20)
        finally:
            engine.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    main(parser.parse_args().short)
