"""The close of a day: how good its numbers are, and what closing costs.

Utility on a city of 150,000 visitor-portal-days, 50 portals and 6,000 pages by Zipf's law, for both releases: what is published beside what
was true (nobody's share in it cut). Pages are drawn twice: with the portals' catalogue of pages known, as after some weeks, and with every
page a secret, as on a home's first day. Then the time and peak memory of closing a day of 2 million events, all marts of both releases,
on a Sunday, with the day before beside it (``--short``: 500,000 events).
"""

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles

from footfall.control.database import open_control
from footfall.control.ledger import Ledger
from footfall.privacy.budget import noise_of
from footfall.privacy.cells import key_of
from footfall.privacy.marts import MARTS, RELEASES, Mart
from footfall.privacy.noise import draw
from footfall.serve.closing import Closer
from footfall.serve.ledgers import CAPS
from footfall.store.engine import Engine, open_engine
from footfall.store.item_topics import put_item_topics
from footfall.store.marts import Asked, bounded_counts, known_keys
from footfall.store.migrate import migrate

UNITS, PORTALS, PAGES = 150_000, 50, 120
EVENTS_A_UNIT = 3.67
SUNDAY = date(2026, 3, 15)
NOW_MS = 1_773_621_660_000
"""Forty-one minutes after it."""
SITES = dict.fromkeys(range(1, PORTALS + 1), "Etc/UTC")
TOPICS, PAGES_LISTED = tuple(f"topic{number}" for number in range(30)), range(1, PAGES + 1)
CATALOGUE = {key_of(site, (f"/page/{page}",)) for site in SITES for page in PAGES_LISTED}
COUNTED = "INSERT INTO service_days (site, day, rows) SELECT site, day, count() FROM events GROUP BY site, day"
LIMIT_S, LIMIT_GIB = 60, 1.5


@contextmanager
def opened(home: Path) -> Iterator[Engine]:
    engine = open_engine("chdb", home)
    try:
        migrate(engine)
        yield engine
    finally:
        engine.close()


def fill(engine: Engine, units: int, *days: date) -> None:
    statements = Path(__file__).with_name("close.sql").read_text().split(";\n\n")
    for day in days:
        for statement in statements:
            engine.command(statement.rstrip().rstrip(";"), {"day": day, "units": units})
    engine.command(COUNTED)


def counts_of(engine: Engine, mart: Mart, cells: int) -> dict[str, int]:
    asked = Asked(mart=mart.name, cells=cells, sites=SITES, first=SUNDAY, last=SUNDAY)
    return {key_of(*cell): visitors for cell, visitors in bounded_counts(engine, asked, int.from_bytes(os.urandom(8), "big")).items()}


def report_utility(home: Path) -> None:
    with opened(home) as engine:
        fill(engine, UNITS, SUNDAY)
        for release in RELEASES:
            for name in ("portal", "page"):
                mart = next(mart for mart in MARTS if mart.name == name)
                truth, bounded = counts_of(engine, mart, 1000), counts_of(engine, mart, mart.cells)
                known = CATALOGUE if name == "page" else {key_of(*cell) for cell in known_keys(engine, release, name, SITES)}
                report_mart(release, mart, truth, bounded, known, "")
                if name == "page":
                    report_mart(release, mart, truth, bounded, set(), ", no page known")


def report_mart(release: str, mart: Mart, truth: dict[str, int], bounded: dict[str, int], known: set[str], told: str) -> None:
    noise = noise_of(release, mart)
    cells = draw(bounded, known, noise)
    errors = sorted(abs(visitors - truth[key]) / truth[key] for key, visitors in cells.items() if key in truth)
    volume = sum(truth.get(key, 0) for key in cells) / sum(truth.values())
    threshold = noise.threshold if known else noise.secret_threshold
    lost = sum(count > 2 * threshold and key not in cells for key, count in truth.items())
    spurious = sum(key not in truth for key in cells)
    print(
        f"{release} {mart.name}{told}: σ {noise.sigma:.1f}, τ {threshold}: {len(cells):,} of {len(truth):,} cells, {volume:.1%} of volume, "
        f"error median {median(errors):.1%}, p90 {quantiles(errors, n=10)[-1]:.1%}; lost above 2τ {lost}, spurious {spurious}",
        flush=True,
    )


def report_close(home: Path) -> None:
    """In a process of its own: its peak memory is the close's, the store's included."""
    control = open_control(f"sqlite:///{home / 'control.db'}", lambda: NOW_MS)
    for site in SITES:
        portal = control.create_portal(domain=f"p{site}.example")
        control.put_goal(portal.id, page_path="/page/3")
    with opened(home) as engine:
        events = engine.query("SELECT count() FROM events WHERE day = {day:Date}", {"day": SUNDAY})[0][0]
        listed = ((site, page, more) for site in SITES for page in PAGES_LISTED for more in range(1 + page % 3))
        pages = [(site, f"/page/{page}", TOPICS[(site + page + more) % 30], 1.0) for site, page, more in listed]
        put_item_topics(engine, pages, 1, TOPICS)
        before_gib = peak_gib()
        closer = Closer(control, engine, Ledger(control, home / "ledger.jsonl", CAPS), now=lambda: NOW_MS, random=os.urandom)
        began = time.perf_counter()
        closed = closer.close("city", SUNDAY)
        took, peak = time.perf_counter() - began, peak_gib()
        cells = engine.query("SELECT count() FROM marts")[0][0]
    control.close()
    print(f"closed {events:,} events: {closed.state}, {closed.drawn} marts, {cells:,} cells {closed.said}")
    print(
        f"{took:.1f} s = {took / LIMIT_S:.2f} of the limit {LIMIT_S} s; peak {peak:.2f} GiB = {peak / LIMIT_GIB:.2f} of the limit", end=""
    )
    print(f" {LIMIT_GIB} GiB, {before_gib:.2f} before", flush=True)


def peak_gib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def fill_home(home: Path, units: int) -> None:
    with opened(home) as engine:
        fill(engine, units, SUNDAY - timedelta(days=1), SUNDAY)


def apart(work: object, *given: object) -> None:
    process = multiprocessing.get_context("spawn").Process(target=work, args=given)  # type: ignore[arg-type]
    process.start()
    process.join()
    assert process.exitcode == 0


def main(short: bool = False) -> None:
    with tempfile.TemporaryDirectory() as home:
        apart(report_utility, Path(home))
    with tempfile.TemporaryDirectory() as home:
        apart(fill_home, Path(home), int((500_000 if short else 2_000_000) / EVENTS_A_UNIT))
        apart(report_close, Path(home))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    main(parser.parse_args().short)
