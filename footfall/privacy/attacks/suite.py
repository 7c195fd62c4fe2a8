"""The attacks on a made-up city, in order; each is quick and none hangs on another."""

from collections.abc import Callable

from footfall.privacy.attacks.chance import Chance, seeded
from footfall.privacy.attacks.cohorts import cohorts
from footfall.privacy.attacks.differencing import differencing
from footfall.privacy.attacks.law import law
from footfall.privacy.attacks.linkage import linkage
from footfall.privacy.attacks.membership import membership
from footfall.privacy.attacks.one_run import lower_bound
from footfall.privacy.attacks.outcome import Attack
from footfall.privacy.attacks.reconstruction import reconstruction

__all__ = ["ATTACKS"]

SEED = "footfall"

ATTACKS: tuple[Callable[[], Attack], ...] = (
    lambda: linkage(_chance("A2")),
    lambda: membership(_chance("A3"), "city"),
    lambda: membership(_chance("A3"), "open"),
    lambda: lower_bound(_chance("A4")),
    law,
    lambda: differencing(_chance("A6")),
    lambda: reconstruction(_chance("A7")),
    lambda: cohorts(_chance("A9")),
)
"""Each makes its own city of the same seed; the noise on it is new every time."""


def _chance(name: str) -> Chance:
    return Chance(seeded(f"{SEED} {name}"))
