"""Made-up series in which nothing happens: how many alarms there are, and how many are false where 120 series are doubled for a week.

Means are the weekday medians of 2,350 series of analytics.usa.gov, the noise is negative binomial with the spread of each series, and 5 %
are common to the days of a group. What is counted is each series-day that `discovery.findings` tells at q = 0.1, rises and falls; after a
step has ended, all of its series is false.
"""

import numpy as np

from bench.trends.made import FIRST_SCORED, Added, no_news, ordinary, usa
from footfall.trends.baseline import expect
from footfall.trends.discovery import findings
from footfall.trends.panel import Bools

SEEDS, STEPS, SERIES = range(1, 11), 120, 5000


def told(made: Added) -> tuple[Bools, Bools]:
    """[keys, buckets] of rises and of falls."""
    panel, expected = made.panel, expect(made.panel)
    row_of = {key: row for row, key in enumerate(panel.keys)}
    up, down = (np.zeros(panel.values.shape, dtype=np.bool_) for _ in range(2))
    for at in range(FIRST_SCORED, panel.values.shape[1]):
        for one in findings(panel, expected, at=at):
            (up if one.direction == "up" else down)[row_of[one.key], at] = True
    return up, down


def main(short: bool = False) -> None:
    panel = usa()
    truth, seeds = ordinary(panel), SEEDS[:2] if short else SEEDS
    series_days = len(panel.keys) * (panel.values.shape[1] - FIRST_SCORED) * len(seeds)
    quiet = [told(no_news(panel, truth, seed)) for seed in seeds]
    up, down = (sum(int(side[place].sum()) for side in quiet) * SERIES / series_days for place in (0, 1))
    print(f"null, nothing happens, {len(seeds)} seeds: a day of {SERIES} series {up:.3f} rises, {down:.3f} falls", flush=True)
    right, wrong, falls, hits = 0, 0, 0, []
    for seed in seeds:
        made = no_news(panel, truth, 100 + seed, STEPS)
        (rises, fallen), active = told(made), made.active()
        right, wrong, falls = right + int((rises & active).sum()), wrong + int((rises & ~active).sum()), falls + int(fallen.sum())
        hits.append(made.first_hits(rises))
    within = "/".join(f"{np.mean(np.concatenate(hits) < days):.3f}" for days in (1, 2, 3, 7))
    every = right + wrong
    print(f"null, {STEPS} steps: false {wrong / every:.3f} of {every} rises, with falls {(wrong + falls) / (every + falls):.3f}")
    print(f"null, {STEPS} steps: found within 1/2/3/7 days {within}", flush=True)


if __name__ == "__main__":
    main()
