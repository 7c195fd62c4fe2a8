"""Whether cost grows with what is stored: loading an event into a store of 1, 10 and 100 million, and a portal's page when the other
portals' events double. Both limits are 10 %. ``--short`` stops at 3 million; more events are only ever added, to other portals.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.load import make_hits, wait_for_merges, write_segments
from bench.panels import EVENTS_A_VISIT, FILTERS, fill, page_ms, roll_up
from footfall.store.engine import Engine, open_engine
from footfall.store.loading import Loader
from footfall.store.migrate import migrate

SHORT, LONG = (300_000, 1_000_000, 3_000_000), (1_000_000, 10_000_000, 100_000_000)
LOADED, SEGMENT_ROWS, ROUNDS = 100_000, 10_000, 3
LIMIT = 1.10


def load_us(engine: Engine, folder: Path, site: int) -> float:
    """CPU microseconds an event of loading a new portal's events in segments of 10,000, merges included: the median of three portals."""
    loader = Loader(engine, folder / f"journal-{site}", now=lambda: 0, random=os.urandom)
    found = []
    wait_for_merges(engine)
    for number in range(ROUNDS):
        hits = make_hits(site + number, LOADED, seed=site + number)
        write_segments(loader.folder, hits, SEGMENT_ROWS)
        started = time.process_time()
        for path in loader.waiting():
            loader.load(path)
        wait_for_merges(engine)
        found.append((time.process_time() - started) / LOADED * 1e6)
    return median(found)


def page_cpu_ms(engine: Engine, filters: list[Any]) -> float:
    """CPU milliseconds of a page of all panels, the median of nine: with one busy neighbour the clock on the wall tells nothing."""
    page_ms(engine, filters, 1)
    wait_for_merges(engine)
    found = []
    for _ in range(9):
        started = time.process_time()
        page_ms(engine, filters, 0)
        found.append((time.process_time() - started) * 1000)
    return median(found)


def report(what: str, values: list[tuple[str, float]], unit: str) -> None:
    ratio = values[-1][1] / values[0][1]
    listed = ", ".join(f"{value:.1f} {unit} at {label}" for label, value in values)
    print(f"growth, {what}: {listed}; last ÷ first {ratio:.2f} = {ratio / LIMIT:.2f} of the limit {LIMIT:.2f}", flush=True)


def main(short: bool = False) -> None:
    """Three lines: loading, and the page unfiltered and filtered."""
    sizes = SHORT if short else LONG
    with tempfile.TemporaryDirectory() as home:
        engine = open_engine("chdb", Path(home), query_seconds=600, query_memory_bytes=8_000_000_000)
        try:
            migrate(engine)
            measure(engine, Path(home), sizes)
        finally:
            engine.close()


def measure(engine: Engine, home: Path, sizes: tuple[int, ...]) -> None:
    """The portal has a tenth of the first two sizes' events; from there on only the others grow, and the last but one step doubles them."""
    loads: list[tuple[str, float]] = []
    plain: list[tuple[str, float]] = []
    filtered: list[tuple[str, float]] = []
    for step, size in enumerate(sizes):
        held = engine.query("SELECT count() FROM events")[0][0]
        fill(engine, int((size - held) / EVENTS_A_VISIT), seed=step + 1, skip=1 if step == len(sizes) - 1 else 0)
        loads.append((f"{size:,}", load_us(engine, home, site=1000 + 10 * step)))
        if step == len(sizes) - 2:
            roll_up(engine, [1])
            plain.append(("once the others", page_cpu_ms(engine, [])))
            filtered.append(("once the others", page_cpu_ms(engine, FILTERS)))
            fill(engine, int(size / EVENTS_A_VISIT), seed=99, skip=1)
            roll_up(engine, [1])
            plain.append(("twice the others", page_cpu_ms(engine, [])))
            filtered.append(("twice the others", page_cpu_ms(engine, FILTERS)))
    report("loading an event", loads, "µs CPU")
    report("page unfiltered", plain, "ms CPU")
    report("page filtered", filtered, "ms CPU")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    main(parser.parse_args().short)
