"""What a placement's lists got, and would have got with nothing tried or with what is tried everywhere, from sums in whole tens."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import msgspec
import numpy as np

from footfall.control.placements import Placement
from footfall.interests.evaluate import ENOUGH, snips
from footfall.privacy import release_events
from footfall.serve.house import Desk
from footfall.store.shown import Sums, shown_by_chance

__all__ = ["Cell", "Judged", "judge", "judged_of"]

DAYS = 28
KEPT = 2
"""Buckets below it are of items that stood there anyway: at most a tenth of places is tried."""
FEW_SHOWN = "no verdict: as much as {effective:,} shown items tell, and it takes {enough:,}"
FEW_CLICKS = "no verdict: fewer clicks than the cohort"


class Cell(msgspec.Struct, frozen=True):
    """Released sums of what was shown with about that probability."""

    bucket: int
    shown: int
    clicked: int


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A policy of a placement, judged by what was shown in the last four weeks."""

    placement: str
    arm: str
    policy: str
    """``as shown``; ``nothing tried``; ``tried alone``: each tried item as often as the others."""
    value: float | None
    """Clicks a shown item; None: no verdict."""
    effective: int
    """Shown items of the policy's own that would tell as much."""
    says: str
    """Why there is no verdict, in words."""


Wanted = Callable[[Cell], float]
POLICIES: dict[str, Wanted] = {
    "as shown": lambda cell: _chance(cell.bucket),
    "nothing tried": lambda cell: float(cell.bucket < KEPT),
    "tried alone": lambda cell: float(cell.bucket >= KEPT),
}


def judge(desk: Desk, placement: Placement, today: date) -> list[Judged]:
    """Every policy of every arm; none of a placement that neither tries nor tests. Raises Unavailable."""
    if not placement.arms and not placement.explore:
        return []
    found = shown_by_chance(desk.engine, placement.site, placement.id, (today - timedelta(days=DAYS - 1), today))
    names = [name for name in POLICIES if placement.explore or name == "as shown"]
    judged = []
    for arm in [one.name for one in placement.arms] or [""]:
        cells = [_released(bucket, sums, desk.settings.policy) for name, bucket, sums in found if name == arm]
        judged += [judged_of(placement.id, arm, name, cells) for name in names]
    return judged


def judged_of(placement: str, arm: str, policy: str, cells: Sequence[Cell]) -> Judged:
    """The estimate, or in words why there is none."""
    held = [cell for cell in cells if cell.shown]
    rewards = np.array([min(cell.clicked / cell.shown, 1.0) for cell in held])
    logged, wanted = np.array([_chance(cell.bucket) for cell in held]), np.array([POLICIES[policy](cell) for cell in held])
    found = snips(rewards, logged, wanted, times=np.array([float(cell.shown) for cell in held]))
    effective, value, says = int(found.effective), found.value, ""
    if value is None:
        says = FEW_SHOWN.format(effective=effective, enough=ENOUGH)
    elif not value:
        value, says = None, FEW_CLICKS
    value = None if value is None else round(value, 3)
    return Judged(placement=placement, arm=arm, policy=policy, value=value, effective=effective, says=says)


def _chance(bucket: int) -> float:
    return float(2.0 ** (-bucket / 2))


def _released(bucket: int, sums: Sums, policy: str) -> Cell:
    return Cell(bucket, *(release_events(number, policy, each=1).answer for number in sums))
