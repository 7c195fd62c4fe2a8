"""Server time of the city overview: 300 portals, their numbers loaded and the first page of 50 rendered, as a request would have it.

``python -m bench.overview`` makes 10 million events over 57 days, the last of which still runs; ``--short`` 3 million. Both periods of 28
days are rolled up. The limit is 200 ms at p95 on two cores; no answer is served from a cache of answers.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from types import SimpleNamespace
from typing import Any

from bench.load import wait_for_merges
from bench.panels import EVENTS_A_VISIT, FIRST_DAY, fill, roll_up
from footfall.serve.house import Desk, open_desk
from footfall.serve.pages.frame import render
from footfall.serve.pages.listing import read_listing
from footfall.serve.pages.overview import CHOICES, load
from footfall.serve.serving import favour_requests
from footfall.settings import read_settings

PORTALS, DAYS, LIMIT_MS = 300, 57, 200
NOW_MS = (FIRST_DAY + DAYS - 1) * 86_400_000 + 43_200_000
GROUPS = ("culture", "health", "parks", "schools", "transport")
LISTINGS: dict[str, dict[str, str]] = {
    "first page, 28 days": {},
    "second page by name": {"sort": "name", "page": "2"},
    "one group": {"group": "parks"},
    "search": {"q": "portal-12"},
    "91 days": {"period": "91d"},
    "12 months": {"period": "12mo"},
}
"""The first is what the limit is for."""
READER: Any = SimpleNamespace(state={}, cookies={}, headers={}, url=SimpleNamespace(path="/", query=""))


def make_city(home: Path, events: int) -> Desk:
    """A desk over a home with 300 portals, filled and rolled up; today is not."""
    now = datetime.fromtimestamp(NOW_MS / 1000, UTC).isoformat()
    desk = open_desk(read_settings({"FOOTFALL_NOW": now}, home=str(home)))
    for number in range(1, PORTALS + 1):
        desk.control.create_portal(domain=f"portal-{number}.example", group=GROUPS[number % len(GROUPS)])
    fill(desk.engine, int(events / EVENTS_A_VISIT), sites=PORTALS, days=DAYS - 1)
    roll_up(desk.engine, range(1, PORTALS + 1), now_ms=NOW_MS)
    wait_for_merges(desk.engine)
    return desk


def page_ms(desk: Desk, given: dict[str, str]) -> tuple[float, float]:
    """Milliseconds of loading and of rendering."""
    started = time.perf_counter()
    page = load(desk, desk.control.portals(), read_listing(given))
    loaded = time.perf_counter()
    render(READER, "overview.html", page=page, **CHOICES)
    return (loaded - started) * 1000, (time.perf_counter() - loaded) * 1000


def report(desk: Desk, rounds: int) -> None:
    """One line a listing, in a process as a server's, after one run of each that does not count."""
    for given in LISTINGS.values():
        page_ms(desk, given)
    favour_requests()
    for number, (label, given) in enumerate(LISTINGS.items()):
        parts = [page_ms(desk, given) for _ in range(rounds)]
        whole, rendering = [sum(part) for part in parts], median(part[1] for part in parts)
        p95 = quantiles(whole, n=20)[-1]
        limit = "" if number else f" = {p95 / LIMIT_MS:.2f} of the limit {LIMIT_MS} ms"
        print(f"overview, {label}: p50 {median(whole):,.0f} ms, of it rendering {rendering:,.0f}, p95 {p95:,.0f} ms{limit}", flush=True)


def main(short: bool = False) -> None:
    with tempfile.TemporaryDirectory() as home:
        desk = make_city(Path(home), 3_000_000 if short else 10_000_000)
        try:
            events = desk.engine.query("SELECT count() FROM events")[0][0]
            print(f"{events:,} events of {len(desk.control.portals())} portals in {DAYS} days", flush=True)
            report(desk, rounds=20 if short else 40)
        finally:
            desk.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    main(parser.parse_args().short)
