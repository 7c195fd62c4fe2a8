"""Server time of a portal's page: every panel of a portal that holds a tenth of all events, unfiltered and filtered.

``python -m bench.panels`` makes 100 million events (10 million in the portal); ``--short`` 10 million
(1 million). The limits are for the long form:
150 ms at p95 unfiltered, 700 ms filtered, on two cores.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from footfall.reports import question, run
from footfall.store.engine import Engine, open_engine
from footfall.store.migrate import migrate
from footfall.vocabulary import Portal

FIRST_DAY = 20_665  # 2026-07-31
NOW_MS = (FIRST_DAY + 30) * 86_400_000 + 43_200_000
PORTAL = Portal(id=1, domain="portal.example", umami_id="")
VISITS_A_BATCH = 1_000_000
EVENTS_A_VISIT = 3.7

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


def fill(engine: Engine, visits: int) -> None:
    """Made-up visits and their events, by the statements of panels.sql, a million visits at a time."""
    statements = Path(__file__).with_name("panels.sql").read_text().split(";\n\n")
    for first in range(0, visits, VISITS_A_BATCH):
        bounds = {"visits": visits, "first_day": FIRST_DAY, "from": first, "count": min(VISITS_A_BATCH, visits - first)}
        for statement in statements:
            engine.command(statement.rstrip().rstrip(";"), bounds)


def page_ms(engine: Engine, filters: list[Any], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each panel, one list of ``rounds`` runs a panel, panels interleaved."""
    times: dict[str, list[float]] = {name: [] for name in PANELS}
    for _ in range(rounds):
        for name, panel in PANELS.items():
            body = {"site_id": PORTAL.domain, "date_range": "30d", "filters": filters, "pagination": {"limit": 10}} | panel
            started = time.perf_counter()
            run.answer(question.parse(body, portal=PORTAL, goals=(), now_ms=NOW_MS), engine)
            times[name].append((time.perf_counter() - started) * 1000)
    return times


def report(label: str, times: dict[str, list[float]], limit_ms: int) -> None:
    pages = [sum(panel) for panel in zip(*times.values(), strict=True)]
    p95 = quantiles(pages, n=20)[-1]
    print(f"page {label}: p50 {median(pages):,.0f} ms, p95 {p95:,.0f} ms = {p95 / limit_ms:.2f} of the limit {limit_ms} ms")
    print("  " + ", ".join(f"{name} {median(panel):,.0f}" for name, panel in times.items()))


def main(short: bool = False) -> None:
    visits = int((10_000_000 if short else 100_000_000) / EVENTS_A_VISIT)
    with tempfile.TemporaryDirectory() as home:
        engine = open_engine("chdb", Path(home), query_seconds=600, query_memory_bytes=8_000_000_000)
        try:
            migrate(engine)
            fill(engine, visits)
            total, ours = engine.query("SELECT count(), countIf(site = 1) FROM events")[0]
            print(f"{total:,} events, {ours:,} in the portal")
            report("unfiltered", page_ms(engine, [], rounds=10), 150)
            report("filtered", page_ms(engine, FILTERS, rounds=10), 700)
        finally:
            engine.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    main(parser.parse_args().short)
