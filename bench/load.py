"""What loading costs: CPU of an event by segment size, all in (reading, visits, inserts, merges), and its bytes on disk once merged.

Segments that wait together share inserts, as after a pause of the loader or under much traffic; one a round, a round a second, is the other
end.
Run: ``python -m bench.load``. It stands beside a bare insert of the same lines into a table of the same columns, in the same run, and the
goals: 40 µs an event for collecting and loading, 35 bytes on disk.
"""

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec

from footfall.store.engine import Engine, open_engine
from footfall.store.loading import Loader
from footfall.store.migrate import migrate
from footfall.store.visits import assign
from footfall.vocabulary import Hit

SHORT = {1_000: 60_000, 10_000: 200_000, 100_000: 400_000}
LONG = {1_000: 300_000, 10_000: 1_000_000, 100_000: 3_000_000, 500_000: 3_000_000}
DAY_MS = 1_773_100_800_000
EVENTS_A_VISIT = 3.7
EVENTS_A_SECOND = 60
SOURCES = ("", "", "Google", "Yandex", "VK", "Telegram", "Bing", "news.example")
PLACES = (("RU", "RU-MOW", "524901"), ("RU", "RU-SPE", "498817"), ("RU", "RU-TA", "551487"), ("KZ", "KZ-75", "1526384"))
MERGES_SECONDS = 20
BATCH, MOST_ALONE = 100_000, 10_000
"""Events that a batch of segments holds, about; larger segments never wait for others."""


def make_hits(site: int, count: int, seed: int = 1, day_ms: int = DAY_MS) -> list[Hit]:
    """A portal's traffic of a day: as many visits as a city portal has, pages by popularity, one event in five an engagement ping."""
    chance, day = Random(seed), str(datetime.fromtimestamp(day_ms / 1000, UTC).date())
    visitors = [chance.getrandbits(64) for _ in range(max(1, int(count / EVENTS_A_VISIT)))]
    step, hits = len(visitors) / count, []
    for number in range(count):
        is_ping = number % 5 == 4
        visitor = hits[-1].visitor if is_ping else visitors[max(0, int(number * step) - int(chance.expovariate(1 / 2000)))]
        country, region, city = PLACES[visitor % len(PLACES)]
        source = SOURCES[visitor % len(SOURCES)]
        hits.append(
            Hit(
                site=site,
                time_ms=day_ms + number * 1000 // EVENTS_A_SECOND,
                day=day,
                visitor=visitor,
                name="engagement" if is_ping else "pageview",
                hostname="portal.example",
                path=f"/services/{int(1000 * chance.random() ** 3)}",
                referrer=f"{source.lower()}.example/" if source else "",
                source=source,
                channel="Organic Search" if source else "Direct",
                device="Mobile" if visitor % 3 else "Desktop",
                browser="Chrome" if visitor % 4 else "Firefox",
                browser_version=str(130 + visitor % 12),
                os="Android" if visitor % 3 else "Windows",
                os_version=str(10 + visitor % 5),
                country=country,
                region=region,
                city=city,
                engagement_ms=4000 + number % 30_000 if is_ping else 0,
                scroll_depth=number % 101 if is_ping else 255,
            )
        )
    return hits


def write_segments(folder: Path, hits: list[Hit], rows: int) -> None:
    encoder = msgspec.json.Encoder()
    for first in range(0, len(hits), rows):
        name = f"{hits[first].time_ms:013d}-{os.urandom(8).hex()}-{first:06d}.ndjson"
        (folder / name).write_bytes(encoder.encode_lines(hits[first : first + rows]))


class Rounds:
    """A journal, its loader, and the time that it takes to be so."""

    def __init__(self, engine: Engine, home: Path) -> None:
        self.folder, self.written, self._ms = home / "journal", home / "written", DAY_MS
        self.loader = Loader(engine, self.folder, now=lambda: self._ms, random=os.urandom)
        self.written.mkdir()

    def load(self, *, together: bool) -> None:
        """What was written, in one round or as many as there are segments."""
        for path in sorted(self.written.iterdir()):
            path.rename(self.folder / path.name)
            if not together:
                self._ms += 1000
                self.loader.load_waiting(marks_may_wait=True)
        self.loader.load_waiting()


def load(engine: Engine, rounds: Rounds, *, together: bool) -> float:
    """CPU seconds of loading what was written, merges included: in as few inserts as the loader makes of it, or each segment in its own."""
    started = time.process_time()
    rounds.load(together=together)
    wait_for_merges(engine)
    return time.process_time() - started


def insert_bare(engine: Engine, hits: list[Hit], rows: int) -> float:
    """CPU seconds an event of inserting these pageviews as rows of events and nothing else, merges included."""
    engine.command("CREATE OR REPLACE TABLE bare AS events")
    opened = [assign(hit, None, lambda site: (1, 1)) for hit in hits]
    lines = [joined[0] for joined in opened if joined is not None]
    started = time.process_time()
    for first in range(0, len(lines), rows):
        engine.insert_ndjson("bare", b"".join(lines[first : first + rows]), f"bare-{rows}-{first}")
    wait_for_merges(engine)
    return (time.process_time() - started) / len(lines)


def wait_for_merges(engine: Engine, most_s: float = MERGES_SECONDS) -> None:
    """Return when no merge runs; after ``most_s`` seconds all the same, and then a line says so."""
    deadline = time.monotonic() + most_s
    while (running := engine.query("SELECT count() FROM system.merges")[0][0]) and time.monotonic() < deadline:
        time.sleep(0.1)
    if running:
        print(f"NOTE: {running} merges still run after {most_s:g} s; what follows is measured beside them", flush=True)


def bytes_on_disk(engine: Engine) -> dict[str, int]:
    """By table, once its parts are merged into one a day."""
    for table in ("events", "visits"):
        engine.command(f"OPTIMIZE TABLE {table} FINAL")
    sql = "SELECT table, sum(bytes_on_disk) FROM system.parts WHERE active AND table IN ('events', 'visits') GROUP BY table"
    return dict(engine.query(sql))


def main(short: bool = False) -> None:
    """A line a segment size, then bytes."""
    total = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        engine = open_engine("chdb", home)
        migrate(engine)
        rounds = Rounds(engine, home)
        cases = [(rows, count, together) for rows, count in (SHORT if short else LONG).items() for together in (True, False)]
        for site, (rows, count, together) in enumerate((case for case in cases if case[2] or case[0] <= MOST_ALONE), start=1):
            hits = make_hits(site, count)
            write_segments(rounds.written, hits, rows)
            seconds = load(engine, rounds, together=together)
            bare = insert_bare(engine, hits, BATCH if together else rows)
            total += count
            how = "waiting together" if together else "one a round"
            figures = f"{seconds / count * 1e6:5.1f} µs CPU an event (bare insert {bare * 1e6:5.1f})"
            print(f"load, {rows:>7,} events a segment, {how}: {figures}", flush=True)
        for table, size in bytes_on_disk(engine).items():
            print(f"load, {table} merged: {size / total:5.1f} bytes an event")
        found = engine.query("SELECT count(), uniqExact(visit) FROM events")[0]
        print(f"load: {found[0]:,} of {total:,} events in {found[1]:,} visits")
        engine.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    main(parser.parse_args().short)
