"""A record detector on the Numenta Anomaly Benchmark, its threshold chosen on one half of the series and scored on the other, both ways.

Of the benchmark's 58 series there are 35 here, with 55 of its 116 windows: `realAWSCloudwatch`, `realKnownCause`, `artificialWithAnomaly`
and `artificialNoAnomaly`; `realTweets`, `realAdExchange` and `realTraffic` are not. So no figure here is one of the public scoreboard.

Halves: the series of each group by name, in turn to one half and the other. Beside them stand twenty other halvings at random within the
groups. The threshold is where the total of a half, smoothed over thresholds, is highest. "Chosen" has REST and LOUDER chosen on the half as
well. What the detector is made of, and the numbers of its Model, were found with all series in sight: no figure is free of that, and the
last lines show what neighbouring numbers make.

The detector: record scores (`footfall.trends.records`) of the value, and of the mean and the mean distance from zero of the last 24, 48 and
96 residuals of an online model (level + half hour of the day); the greatest of them. After an alarm only what is LOUDER times as high is
told, less and less so for REST times the rows that the benchmark leaves to a detector for learning.
"""

import csv
import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

import numpy as np

from bench.recommend.data import DATA
from bench.trends.nab_scorer import PROFILES, Curve, Profile, Series, sweep
from footfall.trends.panel import Bools, Floats
from footfall.trends.records import record

__all__ = ["detect", "read", "residuals", "rested"]

BINS, CLIP, BEGUN, SPREAD_GAIN = 48, 4.0, 50, 0.005
NORMAL = 1.25
"""Standard deviation over mean distance of what is normal."""


@dataclass(frozen=True, slots=True)
class Model:
    """How fast the online model learns its level and its times of the day, and over how many rows its residuals are looked at."""

    level_gain: float = 0.01
    day_gain: float = 0.05
    memories: tuple[int, ...] = (24, 48, 96)


OURS = Model()
NEIGHBOURS = (
    Model(level_gain=0.005),
    Model(level_gain=0.02),
    Model(day_gain=0.03),
    Model(day_gain=0.1),
    Model(memories=(24, 48)),
    Model(memories=(20, 40, 80)),
    Model(memories=(30, 60, 120)),
)
LOUDER, REST = 3.0, 2 / 3
CHOICES = tuple(product((1.0, 2.0, 3.0, 5.0), (1 / 3, 2 / 3, 1.0)))
STRIDE, SMOOTH = 0.05, 5
"""Of thresholds, in logarithms; and how many strides the curve is smoothed over."""
OTHERS = 20


def main(short: bool = False) -> None:
    """In sample and held out for each profile; then the parts of the detector alone, and the groups."""
    series = read()
    halves, others = alternating(series), list(at_random(series, 5 if short else OTHERS))
    records = [signals(one) for one in series]
    found = {choice: [rested(said.max(axis=0), one, *choice) for one, said in zip(series, records, strict=True)] for choice in CHOICES}
    ours = found[LOUDER, REST]
    print(f"nab, {len(series)} series, {sum(len(one.windows) for one in series)} windows, {sum(len(one.values) for one in series)} rows")
    for name, profile in PROFILES.items():
        tell(f"nab, {name}", Trial(series, {(LOUDER, REST): ours}, profile), halves, others)
        tell(f"nab, {name}, chosen", Trial(series, found, profile), halves, others)
    for name, rows in (("records of the value alone", [0]), ("value and mean of 48", [0, 2])):
        part = [rested(said[rows].max(axis=0), one, 1.0, 1 / 3) for one, said in zip(series, records, strict=True)]
        tell(f"nab, standard, {name}, told again when higher", Trial(series, {(1.0, 1 / 3): part}, PROFILES["standard"]), halves, others)
    by_group(series, ours)
    if not short:
        neighbours(series, halves)


def read() -> list[Series]:
    """All series there are, by name."""
    with tarfile.open(DATA / "nab" / "nab_data_labels.tgz") as packed:
        texts = {one.name: _text(packed, one) for one in packed if one.name.endswith((".csv", "combined_windows.json"))}
    windows = json.loads(texts.pop("labels/combined_windows.json"))
    return [_series(path.removeprefix("data/"), texts[path], windows) for path in sorted(texts)]


def _text(packed: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    file = packed.extractfile(member)
    return file.read().decode() if file else ""


def _series(name: str, text: str, windows: dict[str, Any]) -> Series:
    rows = list(csv.DictReader(io.StringIO(text)))
    times = [datetime.fromisoformat(row["timestamp"]) for row in rows]
    place = {time: row for row, time in enumerate(times)}
    ends = tuple((place[_second(first)], place[_second(last)]) for first, last in windows[name])
    minutes = np.array([time.hour * 60 + time.minute for time in times], dtype=np.int32)
    return Series(name, minutes, np.array([float(row["value"]) for row in rows]), ends)


def _second(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(microsecond=0)


def detect(series: Series, model: Model = OURS) -> Floats:
    """[rows], the score of each, of it and what was before it alone; 0 where there is nothing to tell."""
    return rested(signals(series, model).max(axis=0), series, LOUDER, REST)


def signals(series: Series, model: Model = OURS) -> Floats:
    """[signals, rows], how far each is outside all that it ever was."""
    z = residuals(series, model)
    lately = [mean_of_last(part, rows) for part in (z, np.abs(z)) for rows in model.memories]
    return record(np.array([series.values, *lately]), series.unscored)


def residuals(series: Series, model: Model = OURS) -> Floats:
    """[rows], distance from level + time of day in standard deviations, at most CLIP; what is learnt of a row is no more than that."""
    begun = series.values[:BEGUN]
    level = float(np.median(begun))
    spread, day, z = max(1.5 * float(np.median(np.abs(begun - level))), 1e-9), np.zeros(BINS), np.zeros(len(series.values))
    for row, (value, part) in enumerate(zip(series.values.tolist(), (series.minutes * BINS // 1440).tolist(), strict=True)):
        off = max(-CLIP, min(CLIP, (value - level - day[part]) / spread))
        z[row], learnt = off, off * spread
        level += max(model.level_gain, 1 / (row + 2)) * learnt
        day[part] += model.day_gain * learnt
        spread = max(spread + max(SPREAD_GAIN, 1 / (row + 2)) * (NORMAL * abs(learnt) - spread), 1e-9)
    return z


def mean_of_last(values: Floats, rows: int) -> Floats:
    """[rows], the mean of as many values up to each; of fewer at the start."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - rows, 0)
    found: Floats = (sums[ends] - sums[starts]) / (ends - starts)
    return found


def rested(said: Floats, series: Series, louder: float, rest: float) -> Floats:
    """What is left when an alarm keeps quiet what is not ``louder`` times as high, less so with each row of the rest."""
    length, left, last, when = rest * series.unscored, np.zeros_like(said), 0.0, 0
    for row in np.flatnonzero(said > 0):
        if said[row] > louder * last * max(0.0, 1 - (row - when) / length):
            left[row] = last = said[row]
            when = row
    return left


Choice = tuple[float, float]


class Trial:
    """What each choice says of all series, under one profile."""

    def __init__(self, series: Sequence[Series], found: dict[Choice, list[Floats]], profile: Profile) -> None:
        self.series, self.found, self.profile = series, found, profile

    def curve(self, choice: Choice, half: Bools) -> Curve:
        rows = np.flatnonzero(half)
        return sweep([self.series[row] for row in rows], [self.found[choice][row] for row in rows], self.profile)

    def held_out(self, half: Bools) -> tuple[float, float, float]:
        """Both halves together, the half itself, and the other; each with what was chosen on the other one."""
        parts = []
        for scored in (half, ~half):
            _, threshold, choice = max((*highest(self.curve(choice, ~scored)), choice) for choice in self.found)
            curve = self.curve(choice, scored)
            parts.append((curve.at(threshold), curve))
        (one, curve), (two, other) = parts
        windows = curve.windows + other.windows
        both = (curve.windows * curve.normal(one) + other.windows * other.normal(two)) / windows
        return both, curve.normal(one), other.normal(two)

    def in_sample(self) -> float:
        """By the threshold that is best for all series, as the scoreboard does."""
        curves = [self.curve(choice, np.ones(len(self.series), dtype=np.bool_)) for choice in self.found]
        return max(curve.normal(float(curve.totals.max())) for curve in curves)


def highest(curve: Curve) -> tuple[float, float]:
    """Where the curve, smoothed over logarithms of thresholds, is highest: its height and the threshold."""
    known = curve.thresholds[np.isfinite(curve.thresholds) & (curve.thresholds > 0)]
    grid = np.exp(np.arange(np.log(known.min()), np.log(known.max()), STRIDE))
    totals = np.array([curve.at(threshold) for threshold in grid])
    weights = np.exp(-0.5 * (np.arange(-3 * SMOOTH, 3 * SMOOTH + 1) / SMOOTH) ** 2)
    smooth = np.convolve(np.pad(totals, 3 * SMOOTH, mode="edge"), weights / weights.sum(), "valid")
    return float(smooth.max()), float(grid[smooth.argmax()])


def alternating(series: Sequence[Series]) -> Bools:
    """Which series are of the first half: of each group by name the first, third, fifth ..."""
    groups = [one.group for one in series]
    return np.array([groups[:row].count(group) % 2 == 0 for row, group in enumerate(groups)])


def at_random(series: Sequence[Series], halvings: int) -> Iterable[Bools]:
    """Other halvings, each group by halves."""
    rng, groups = np.random.default_rng(0), np.array([one.group for one in series])
    for _ in range(halvings):
        half = np.zeros(len(series), dtype=np.bool_)
        for group in np.unique(groups):
            rows = rng.permutation(np.flatnonzero(groups == group))
            half[rows[rng.integers(2) :: 2]] = True
        yield half


def tell(name: str, trial: Trial, halves: Bools, others: Sequence[Bools]) -> None:
    both, one, two = trial.held_out(halves)
    each = [trial.held_out(half)[0] for half in others]
    drawn = f"{np.mean(each):.1f} ({min(each):.1f} to {max(each):.1f}) in {len(each)} other halvings"
    print(f"{name}: in sample {trial.in_sample():.1f}, held out {both:.1f} ({one:.1f} and {two:.1f}), {drawn}", flush=True)


def by_group(series: Sequence[Series], said: Sequence[Floats]) -> None:
    """The groups with windows at the one threshold that is best for all."""
    whole = sweep(series, said, PROFILES["standard"])
    threshold = float(whole.thresholds[whole.totals.argmax()])
    for group in sorted({one.group for one in series if one.windows}):
        rows = [row for row, one in enumerate(series) if one.group == group]
        curve = sweep([series[row] for row in rows], [said[row] for row in rows], PROFILES["standard"])
        print(f"nab, standard, in sample, {group}: {curve.normal(curve.at(threshold)):.1f} of {curve.windows} windows")


def neighbours(series: Sequence[Series], halves: Bools) -> None:
    """How much the numbers of the model matter: they were found with all series in sight."""
    for model in NEIGHBOURS:
        trial = Trial(series, {(LOUDER, REST): [detect(one, model) for one in series]}, PROFILES["standard"])
        both, one, two = trial.held_out(halves)
        print(f"nab, standard, {model}: in sample {trial.in_sample():.1f}, held out {both:.1f} ({one:.1f} and {two:.1f})", flush=True)


if __name__ == "__main__":
    main()
