"""How long 10,000 keys of one hour take in the store, and 2,350 series of 41 days in numpy.

Four weeks of hours and five of days of 10,000 keys in 20 portals, a table as the store has it, in the embedded engine.
"""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bench.trends.made import usa
from footfall.store.engine import Engine, open_engine
from footfall.trends.baseline import expect
from footfall.trends.scores import score
from footfall.trends.scoring import score_hour

KEYS, PORTALS, ROUNDS = 10_000, 20, 15
AT = datetime(2026, 3, 25, 14, tzinfo=UTC)
TABLE = """CREATE TABLE series (site UInt32, day Date, dimension LowCardinality(String), key String, step LowCardinality(String),
bucket DateTime('UTC'), value UInt32, visitors UInt32, version UInt64) ENGINE = ReplacingMergeTree(version) PARTITION BY toYYYYMM(day)
ORDER BY (step, site, dimension, key, bucket) SETTINGS index_granularity = 1024"""
FILL = """INSERT INTO series SELECT site, toDate(at), 'page', key, {step:String}, at,
    toUInt32(greatest(0, mean + sqrt(mean) * noise)), 5, 1
FROM
(
    SELECT number % {portals:UInt32} + 1 AS site, concat('/', toString(number)) AS key, randNormal(0, 1, ago) AS noise,
        toDateTime({at:UInt32} - ago * {seconds:UInt32}, 'UTC') AS at, {seconds:UInt32} / 3600 * (5 + 20000 / (50 + number)) AS mean
    FROM numbers({keys:UInt64}) ARRAY JOIN range({buckets:UInt32}) AS ago
)"""


def filled(home: Path) -> Engine:
    engine = open_engine("chdb", home)
    engine.command(TABLE)
    for step, seconds, buckets in (("hour", 3600, 29 * 24), ("day", 86_400, 36)):
        given = {"portals": PORTALS, "step": step, "at": int(AT.timestamp()), "seconds": seconds, "keys": KEYS, "buckets": buckets}
        engine.command(FILL, given)
    return engine


def main(short: bool = False) -> None:
    with tempfile.TemporaryDirectory() as home:
        engine = filled(Path(home))
        sites, spans, cpu = range(1, PORTALS + 1), [], []
        for _ in range(3 if short else ROUNDS):
            began, began_cpu = time.perf_counter(), time.process_time()
            found = score_hour(engine, sites, AT)
            spans.append(time.perf_counter() - began)
            cpu.append(time.process_time() - began_cpu)
        told = f"median {np.median(spans):.3f}, first {spans[0]:.3f}, most {max(spans):.3f} s, CPU {np.median(cpu):.3f} s"
        print(f"speed, {KEYS:,} keys of one hour in the store: {told}; {len(found)} over 2.5", flush=True)
        engine.close()
    panel = usa()
    began = time.perf_counter()
    score(panel, expect(panel))
    print(f"speed, {len(panel.keys):,} series of {panel.values.shape[1]} days in numpy: {time.perf_counter() - began:.2f} s", flush=True)


if __name__ == "__main__":
    main()
