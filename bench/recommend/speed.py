"""How long a list takes in process: 10,000 items, 100,000 visits, all ways of finding asked, a reason on each."""

import time
from collections import Counter
from itertools import combinations

import numpy as np

from footfall.interests.items import Item
from footfall.interests.learning import Counts, learn
from footfall.interests.recommender import Model
from footfall.interests.request import Request
from footfall.interests.shelf import KINDS

ITEMS, VISITS, ASKED = 10_000, 100_000, 3_000
NOW_MS, DAY_MS = 1_790_000_000_000, 86_400_000


class Near:
    """Texts of neighbours by number: what a text index costs is its own bench."""

    def similar(self, of: int | str, n: int) -> list[tuple[int, float]]:
        return [((int(of) + step) % ITEMS + 1, 1 / (step + 1)) for step in range(n)]


def made() -> tuple[Model, list[list[int]]]:
    chance = np.random.default_rng(1)
    popularity = 1 / np.arange(1, ITEMS + 1) ** 0.9
    starts = chance.choice(ITEMS, VISITS, p=popularity / popularity.sum())
    visits = [[int(at) for at in (start + chance.integers(-20, 20, chance.integers(2, 8))) % ITEMS + 1] for start in starts]
    pairs = Counter(pair for visit in visits for pair in combinations(sorted(set(visit)), 2))
    paths = Counter(page for visit in visits for page in set(visit))
    counts = Counts(
        pairs={(f"/{one}", f"/{other}"): times for (one, other), times in pairs.items()},
        pages={f"/{page}": times for page, times in paths.items()},
        rising={f"/{page}": 2.0 for page in range(1, 50)},
    )
    return learn([item(id) for id in range(1, ITEMS + 1)], {1: counts}, Near()), visits


def item(id: int) -> Item:
    return Item(
        id=id,
        site=1,
        path=f"/{id}",
        url=f"/{id}",
        title=f"Page {id} of {id % 97}",
        kind=KINDS[id % len(KINDS)],
        language=("en", "ru", "")[id % 3],
        districts=() if id % 10 else (f"d{id % 7}",),
        topics=((f"t{id % 20}", 0.8),),
        published_ms=NOW_MS - id % 100 * DAY_MS,
    )


def main(short: bool = False) -> None:
    """One line: median, 99th percentile and worst, of wall time and of CPU time, and whether each has a reason."""
    model, visits = made()
    wall, cpu, reasons = [], [], 0
    for at in range(ASKED // (3 if short else 1)):
        visit = visits[-at]
        asked = Request(
            site=1, current=visit[-1], recent=tuple(visit[:-1]), topics={"t1": 0.5, "t7": 0.3}, district="d0", language="en", now_ms=NOW_MS
        )
        began, began_cpu = time.perf_counter(), time.thread_time()
        found = model.recommend(asked)
        wall.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.thread_time() - began_cpu))
        reasons += len(found) == asked.n and all(choice.reason.kind for choice in found)
    told = "; ".join(
        f"{name} p50 {np.median(ms):.2f}, p99 {np.quantile(ms, 0.99):.2f}, most {max(ms):.1f} ms"
        for name, ms in (("wall", wall), ("CPU", cpu))
    )
    print(f"speed, {ITEMS:,} items, {VISITS:,} visits: {told}; lists with a reason on each {reasons} of {len(wall)}", flush=True)


if __name__ == "__main__":
    main()
