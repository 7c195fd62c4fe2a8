"""The scoring of the Numenta Anomaly Benchmark, by its published protocol (Lavin and Ahmad 2015), written anew.

The first 15 % of a series, 750 rows at most, are not scored. A window is worth what its earliest row over the threshold is: 1 at its left
edge, 0 at its right one, by a sigmoid; a window with none costs `Profile.missed`. A row over the threshold outside costs `Profile.false`,
less of it shortly after a window. Nothing told is 0, each window told at its left edge and nothing else is 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from footfall.trends.panel import Floats, Ints

__all__ = ["PROFILES", "Curve", "Profile", "Series", "sweep", "worth"]

UNSCORED, MOST_UNSCORED = 0.15, 750
OUTSIDE, NOT_SCORED = -1, -2
FAR = 3.0
"""Widths after a window where a false alarm begins to cost all."""
STEEP = 5.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a false row and a missed window cost, in windows."""

    false: float
    missed: float


PROFILES = {"standard": Profile(0.11, 1.0), "low FP": Profile(0.22, 1.0), "low FN": Profile(0.11, 2.0)}


@dataclass(frozen=True, slots=True)
class Series:
    """Values with the minute of the day of each, and the first and last rows of its windows."""

    name: str
    minutes: Ints
    values: Floats
    windows: tuple[tuple[int, int], ...]

    @property
    def group(self) -> str:
        return self.name.partition("/")[0]

    @property
    def unscored(self) -> int:
        """Rows at the start that do not count."""
        return min(int(UNSCORED * len(self.values)), MOST_UNSCORED)


@dataclass(frozen=True, slots=True)
class Curve:
    """What each threshold makes, the highest first: ``inf``, at which nothing is told, and every score there is."""

    thresholds: Floats
    totals: Floats
    windows: int
    profile: Profile

    def at(self, threshold: float) -> float:
        """The total where what is as high as the threshold is told."""
        return float(self.totals[int(np.searchsorted(-self.thresholds, -threshold, side="right")) - 1])

    def normal(self, total: float) -> float:
        """As a figure of the scoreboard: 0 for nothing told, 100 for perfection."""
        return 100 * (total / self.windows + self.profile.missed) / (1 + self.profile.missed)


def worth(series: Series) -> tuple[Floats, Ints]:
    """[rows], what telling a row is worth before weights, and the number of the window it is in (OUTSIDE, NOT_SCORED)."""
    rows = np.arange(len(series.values))
    found, inside = np.full(len(rows), -1.0), np.full(len(rows), OUTSIDE)
    for first, last in series.windows:
        found[last + 1 :] = _fading((rows[last + 1 :] - last) / max(last - first, 1))
    for number, (first, last) in enumerate(series.windows):
        within = slice(first, last + 1)
        found[within] = _fading((rows[within] - last - 1) / (last - first + 1)) / _fading(np.array(-1.0))
        inside[within] = number
    inside[: series.unscored] = NOT_SCORED
    return found, inside.astype(np.int32)


def _fading(place: Floats) -> Floats:
    """From nearly 1 a width before the right edge to nearly -1 a width after it."""
    faded: Floats = np.where(place >= FAR, -1.0, 2 / (1 + np.exp(STEEP * np.minimum(place, FAR))) - 1)
    return faded


def sweep(series: Sequence[Series], scores: Sequence[Floats], profile: Profile) -> Curve:
    """One threshold for all series: what each that tells anything different makes."""
    steps = [step for one, said in zip(series, scores, strict=True) for step in _steps(one, said, profile)]
    windows = sum(is_window for _, _, is_window in steps)
    every = np.concatenate([said for said, _, _ in steps])
    order = np.argsort(-every, kind="stable")
    every, gains = every[order], np.concatenate([gain for _, gain, _ in steps])[order]
    nothing = -profile.missed * windows
    last_of_equals = np.flatnonzero(np.append(every[1:] != every[:-1], True))
    totals = nothing + np.cumsum(gains)[last_of_equals]
    return Curve(np.append(np.inf, every[last_of_equals]), np.append(nothing, totals), windows, profile)


Step = tuple[Floats, Floats, bool]
"""Scores, what is gained when each is told, the highest first, and whether they are of a window."""


def _steps(series: Series, said: Floats, profile: Profile) -> list[Step]:
    gain, inside = worth(series)
    outside = inside == OUTSIDE
    steps: list[Step] = [(said[outside], gain[outside] * profile.false, False)]
    for number in range(len(series.windows)):
        rows = np.flatnonzero(inside == number)
        rows = rows[np.argsort(-said[rows], kind="stable")]
        best = np.maximum.accumulate(gain[rows])
        if len(rows):
            steps.append((said[rows], np.diff(best, prepend=-profile.missed), True))
    return steps
