"""Whether cost grows with what is stored: loading an event into a day that has a thirtieth of a store of 1, 10 and 100 million, and a
portal's page in a store of 10 million and in its copy where the other portals' events are doubled. Both limits are 10 %. ``--short`` stops
at 3 and 1 million.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from statistics import mean

from bench.growth_pages import compare, make_stores
from bench.load import make_hits, wait_for_merges, write_segments
from bench.panels import EVENTS_A_VISIT, FILTERS, FIRST_DAY, fill
from footfall.store.engine import Engine, open_engine
from footfall.store.loading import Loader
from footfall.store.migrate import migrate

SHORT, LONG = (300_000, 1_000_000, 3_000_000), (1_000_000, 10_000_000, 100_000_000)
SHORT_PAGES, LONG_PAGES = 1_000_000, 10_000_000
LOADED, SEGMENT_ROWS, ROUNDS, FIRST = 100_000, 10_000, 6, 2
LIMIT = 1.10
DAY_MS = 86_400_000


def load_us(engine: Engine, folder: Path, site: int, day: int) -> float:
    """CPU microseconds an event of loading new portals' events in segments of 10,000, merges included: the mean of six portals.

    Before them two: a day that others began is what parts are merged with. Merges come in lumps, so no median.
    """
    loader = Loader(engine, folder / f"journal-{site}", now=lambda: 0, random=os.urandom)
    found = []
    wait_for_merges(engine)
    for number in range(FIRST + ROUNDS):
        hits = make_hits(site + number, LOADED, seed=site + number, day_ms=day * DAY_MS)
        write_segments(loader.folder, hits, SEGMENT_ROWS)
        started = time.process_time()
        for path in loader.waiting():
            loader.load(path)
        wait_for_merges(engine)
        found.append((time.process_time() - started) / LOADED * 1e6)
    return mean(found[FIRST:])


def report(what: str, values: list[tuple[str, float]], unit: str) -> None:
    ratio = values[-1][1] / values[0][1]
    listed = ", ".join(f"{value:.1f} {unit} at {label}" for label, value in values)
    print(f"growth, {what}: {listed}; last ÷ first {ratio:.2f} = {ratio / LIMIT:.2f} of the limit {LIMIT:.2f}", flush=True)


def main(short: bool = False) -> None:
    """A line for loading, and two for each page."""
    with tempfile.TemporaryDirectory() as home:
        measure_loading(Path(home) / "loading", SHORT if short else LONG)
        stores = make_stores(Path(home), SHORT_PAGES if short else LONG_PAGES)
        report_pages(stores)


def measure_loading(home: Path, sizes: tuple[int, ...]) -> None:
    home.mkdir()
    engine = open_engine("chdb", home, query_seconds=600, query_memory_bytes=8_000_000_000)
    loads: list[tuple[str, float]] = []
    try:
        migrate(engine)
        for step, size in enumerate(sizes):
            held = engine.query("SELECT count() FROM events")[0][0]
            fill(engine, int((size - held) / EVENTS_A_VISIT), seed=step + 1)
            loads.append((f"{size:,}", load_us(engine, home, site=1000 + 10 * step, day=FIRST_DAY + 10 + step)))
    finally:
        engine.close()
    report("loading an event", loads, "µs CPU")


def report_pages(stores: dict[str, Path]) -> None:
    for page, store, turns in compare(stores, {"unfiltered": [], "filtered": FILTERS}):
        print(f"growth, page {page}, others once → {store}: {turns} = {turns.ratios[1] / LIMIT:.2f} of the limit {LIMIT:.2f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    main(parser.parse_args().short)
