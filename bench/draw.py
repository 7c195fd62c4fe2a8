"""Drawing a mart of a million cells: seconds and the most memory, for keys that are data and for known ones. The limit is 15 s."""

import argparse
import resource
import subprocess
import sys
import time

from footfall.privacy.budget import noise_of
from footfall.privacy.cells import key_of
from footfall.privacy.marts import MARTS
from footfall.privacy.noise import draw, mechanisms

SHORT, LONG = 100_000, 1_000_000
LIMIT_S = 15.0
KINDS = ("secret", "known")


def measure(kind: str, cells: int) -> None:
    """One line, of a process of its own: memory that one draw took would count for the next."""
    # A portal's pages fall off as one over their place; most cells are small, as they are.
    counts = {key_of(place % 50, (f"/section/{place}/page",)): 200_000 // (place // 50 + 1) for place in range(cells)}
    known = counts if kind == "known" else ()
    mechanisms()
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started, cpu = time.perf_counter(), time.process_time()
    drawn = draw(counts, known, noise_of("city", MARTS[0]))
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    limit = LIMIT_S * cells / LONG
    print(
        f"draw, {kind} keys: {cells:,} cells in {seconds:.1f} s ({cpu_s:.1f} s CPU) = {seconds / limit:.2f} of the limit {limit:g} s; "
        f"{len(drawn):,} stay; {before_mb:.0f} MB before, {peak_mb:.0f} MB at most",
        flush=True,
    )


def main(short: bool = False) -> None:
    """A line a kind of keys."""
    for kind in KINDS:
        subprocess.run([sys.executable, "-m", "bench.draw", kind, str(SHORT if short else LONG)], check=True, timeout=180)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("cells", type=int)
    given = parser.parse_args()
    measure(given.kind, given.cells)
