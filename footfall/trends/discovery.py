"""What is told of a bucket: the series whose evidence is too strong for chance, with the share of false alarms held at ``q``.

Topics are tested first, and of pages those whose topic was found; a page with no topic is tested with the topics. Each test is two-sided.
Benjamini and Hochberg, "Controlling the false discovery rate" (1995).
"""

import numpy as np
import scipy

from footfall.trends.panel import Bools, Expected, Finding, Floats, Ints, Panel
from footfall.trends.records import record
from footfall.trends.robust import Places
from footfall.trends.scores import evidence, score
from footfall.trends.spread import residual
from footfall.trends.tails import ends, lower_tail, upper_tail

__all__ = ["ALONE", "LEAST_CHANGE", "LEAST_LIFT", "ORDINARY", "chances", "discovered", "findings"]

ALONE = -1
"""The family of a key that is under no other."""
LEAST_LIFT, LEAST_CHANGE = 1.25, 10.0
"""What is less than this times the expectation (or the expectation less than this times it), or nearer to it, is not worth a word."""
ORDINARY = 0.9
"""How much of what one would count lies between ``low`` and ``high``."""
WARM_UP = 28
REMEMBERED = 2
"""Buckets before this one that evidence is made of."""
LEAST_TAIL = 1e-15
LEAST_OWN = 2.0
"""Standard deviations of the bucket itself: what was before it is not told in its name."""
MARGIN, FREEDOM = 1.5, 60
"""How much wider than its past a series is taken to be, and degrees of freedom of that: a past of four weeks is short. Both were set by
made-up series in which nothing happens (`bench/trends/null.py`)."""


def findings(
    panel: Panel, expected: Expected, *, at: int, families: Ints | None = None, q: float = 0.1, new: Bools | None = None
) -> tuple[Finding, ...]:
    """What is not as expected in bucket ``at``, the strongest first.

    ``families`` has of each key the row of the one it is under (a page's topic), or ALONE. ``new`` marks keys whose expectation was taken
    from others (`newcomers`). A group in an outage has no findings.
    What goes on is found again in each bucket; whether it is news, `scores.news` tells.
    """
    up, down = chances(panel, expected, at)
    p = np.minimum(1.0, 2 * np.minimum(up, down))
    p[expected.outage[panel.groups, at]] = 1.0
    shares = np.ones(len(p))
    under = np.full(len(p), ALONE, dtype=np.int32) if families is None else families
    shares[under == ALONE] = discovered(p[under == ALONE])
    below = (under != ALONE) & (shares[under] <= q)
    shares[below] = discovered(p[below])
    found = np.flatnonzero(shares <= q)
    rows = found[np.argsort(p[found], kind="stable")]
    return _told(panel, expected, at, rows, (p, shares, np.zeros(len(p), dtype=np.bool_) if new is None else new))


def discovered(p: Floats) -> Floats:
    """The least share of false alarms at which each would be told.

    >>> discovered(np.array([0.01, 0.9, 0.03])).round(3)
    array([0.03 , 0.9  , 0.045])
    """
    return np.asarray(scipy.stats.false_discovery_control(p), dtype=np.float64) if len(p) else np.ones(0)


def chances(panel: Panel, expected: Expected, at: int) -> tuple[Floats, Floats]:
    """[keys], the chance of a rise as strong as this where nothing happened, and of a fall; 1 where the change is not worth a word.

    The bucket itself counts by its exact tail, those before by their scores.
    """
    lately = slice(max(0, at - REMEMBERED), at + 1)
    values, mu, wide = (part[:, lately] for part in (panel.values, expected.mu, expected.dispersion * MARGIN))
    z = residual(values, mu) / np.sqrt(wide * mu)
    observed, known = values[:, -1], np.isfinite(z[:, -1])
    given = [np.where(known, part, 1.0) for part in (observed, mu[:, -1], wide[:, -1])]
    found = []
    for tail, side in ((upper_tail, 1), (lower_tail, -1)):
        said = side * z
        said[:, -1] = scipy.stats.norm.isf(np.clip(tail(*given), LEAST_TAIL, 1 - LEAST_TAIL))
        told = known & _worth(observed, mu[:, -1], side) & (said[:, -1] >= LEAST_OWN)
        found.append(np.where(told, scipy.stats.t.sf(evidence(said)[:, -1], FREEDOM), 1.0))
    return found[0], found[1]


def _worth(observed: Floats, mu: Floats, side: int) -> Bools:
    """Whether a change on that side is large enough to be told."""
    if side > 0:
        return (observed >= LEAST_LIFT * mu) & (observed - mu >= LEAST_CHANGE)
    return (observed * LEAST_LIFT <= mu) & (mu - observed >= LEAST_CHANGE)


Tests = tuple[Floats, Floats, Bools]
"""Chance, share of false alarms, and whether the key is new."""


def _told(panel: Panel, expected: Expected, at: int, rows: Places, tests: Tests) -> tuple[Finding, ...]:
    p, shares, new = tests
    z = score(panel, expected)[:, at]
    records = record(panel.values[rows, : at + 1], WARM_UP)[:, -1]
    low, high = ends(expected.mu[rows, at], expected.dispersion[rows, at], ORDINARY)
    return tuple(
        Finding(
            key=panel.keys[row],
            bucket=at,
            observed=float(panel.values[row, at]),
            mu=float(expected.mu[row, at]),
            low=float(low[place]),
            high=float(high[place]),
            lift=float(panel.values[row, at] / expected.mu[row, at]),
            z=float(z[row]),
            p=float(p[row]),
            q=float(shares[row]),
            direction="up" if panel.values[row, at] > expected.mu[row, at] else "down",
            new=bool(new[row]),
            record=float(records[place]),
        )
        for place, row in enumerate(rows)
    )
