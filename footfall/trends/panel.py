"""The nouns of trend detection: many series on one clock, what is expected of them, and what was found in them."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

__all__ = ["Bools", "Expected", "Finding", "Floats", "Ints", "Key", "Panel", "Step", "step_of"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]
Key = tuple[int, str, str]
"""Site, dimension and value, as ``series`` has them: ``(3, "page", "/schools")``."""
Step = Literal["hour", "day"]


class Panel(msgspec.Struct, frozen=True, eq=False):
    """Counts of many series, all on the same buckets without a gap."""

    keys: tuple[Key, ...]
    """What each row of ``values`` counts."""
    first: datetime
    """Start of the first bucket, aware."""
    step: Step
    """Length of a bucket."""
    values: Floats
    """[keys, buckets], 0 or more; ``nan`` where nothing is known: before the key began, under its cohort, or in an outage."""
    groups: Ints
    """[keys], from 0: series of one group have busy and quiet buckets in common; usually the portal."""

    def start_of(self, bucket: int) -> datetime:
        """When a bucket began."""
        return self.first + bucket * step_of(self.step)


class Expected(msgspec.Struct, frozen=True, eq=False):
    """What one could expect of each bucket of a panel by what was before it."""

    mu: Floats
    """[keys, buckets]: the expected count, ``nan`` where too little is known."""
    dispersion: Floats
    """[keys, buckets]: variance over ``mu``, 1 (Poisson) or more."""
    factor: Floats
    """[groups, buckets]: how busy the group was beside what its past says; 1 where it has too few series to tell. Already in ``mu``."""
    outage: Bools
    """[groups, buckets]: the group as a whole was so far down that its tag or its service was broken."""

    @property
    def known(self) -> Bools:
        """[keys, buckets]: where there is an expectation."""
        return np.isfinite(self.mu)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A series that is not what was expected of it, in one bucket."""

    key: Key
    bucket: int
    """Index into the panel."""
    observed: float
    mu: float
    low: float
    """Lower end of what nine in ten ordinary buckets hold."""
    high: float
    """Upper end of the same."""
    lift: float
    """Observed over expected; 1.8 is 80 % more."""
    z: float
    """2/3-power score of this bucket alone, in standard deviations."""
    p: float
    """Chance of evidence as strong as this where nothing happened."""
    q: float
    """Share of false alarms among all findings as strong as this, at most."""
    direction: Literal["up", "down"]
    new: bool
    """The series has too short a past: it was compared with new series of its kind."""
    record: float
    """How far outside all it ever was, in widths of its own past range; 0 inside it."""


def step_of(step: Step) -> timedelta:
    """Length of a bucket."""
    return timedelta(hours=1) if step == "hour" else timedelta(days=1)
