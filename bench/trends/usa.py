"""Rises added to real days of analytics.usa.gov: how soon they are seen when each way may raise the same 10 other alarms.

2,350 series (agency by language, system, browser), scored from 25 November on. The threshold of a way is where it raises 10 alarms per
1,000 series-days of the untouched data, each series-day over it counted; real events (Thanksgiving, Christmas, machines) are among those.
60 series of a median of 20 or more are raised for seven days from a random day on. A rise is seen on the first of its days over the
threshold.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.trends.made import FIRST_SCORED, SHAPES, add, usa
from footfall.trends.baseline import expect
from footfall.trends.discovery import LEAST_CHANGE, LEAST_LIFT, findings
from footfall.trends.panel import Expected, Floats, Panel
from footfall.trends.scores import evidence, news, score

SEEDS, BUDGET = range(1, 21), 10 / 1000
Way = Callable[[Panel, Expected], Floats]


def alone(panel: Panel, expected: Expected) -> Floats:
    return score(panel, expected)


def together(panel: Panel, expected: Expected) -> Floats:
    return evidence(score(panel, expected))


def told(panel: Panel, expected: Expected) -> Floats:
    return news(together(panel, expected), panel.step)


WAYS: dict[str, Way] = {"score": alone, "evidence of three days": together, "news of it": told}


def gated(way: Way, panel: Panel, expected: Expected) -> Floats:
    """Scores of the days looked at; what is not worth a word is under all thresholds."""
    worth = (panel.values >= LEAST_LIFT * expected.mu) & (panel.values - expected.mu >= LEAST_CHANGE)
    scores = np.where(worth, np.nan_to_num(way(panel, expected), nan=-9.0), -9.0)
    scores[:, :FIRST_SCORED] = -9.0
    return scores


def shares(hits: list[NDArray[np.int64]]) -> str:
    """Seen within one, two, three and seven days, and how far the seeds stray in two."""
    every = np.concatenate(hits)
    within = "/".join(f"{np.mean(every < days):.3f}" for days in (1, 2, 3, 7))
    return f"{within} (two days by seed {min(np.mean(each < 2) for each in hits):.2f} to {max(np.mean(each < 2) for each in hits):.2f})"


def main(short: bool = False) -> None:
    panel = usa()
    expected = expect(panel)
    seeds = SEEDS[:4] if short else SEEDS
    limits = {name: limit_of(gated(way, panel, expected)) for name, way in WAYS.items()}
    for shape in SHAPES:
        hits: dict[str, list[NDArray[np.int64]]] = {name: [] for name in WAYS}
        for seed in seeds:
            added = add(panel, shape, seed)
            anew = expect(added.panel)
            for name, way in WAYS.items():
                hits[name].append(added.first_hits(gated(way, added.panel, anew) >= limits[name]))
        for name in WAYS:
            print(f"usa, {shape}, {name}, over {limits[name]:.2f}, {len(seeds)} seeds: {shares(hits[name])}", flush=True)
    found = [one for at in range(FIRST_SCORED, panel.values.shape[1]) for one in findings(panel, expected, at=at)]
    days = panel.values.shape[1] - FIRST_SCORED
    rises = sum(one.direction == "up" for one in found)
    per = 1000 / days / len(panel.keys)
    print(f"usa, findings at q .1, untouched: rises {rises * per:.1f}, falls {(len(found) - rises) * per:.1f} per 1,000 series-days")


def limit_of(scores: Floats) -> float:
    """Where 10 per 1,000 series-days are over it."""
    looked_at = np.sort(scores[:, FIRST_SCORED:], axis=None)
    return float(looked_at[-int(BUDGET * len(looked_at))])


if __name__ == "__main__":
    main()
