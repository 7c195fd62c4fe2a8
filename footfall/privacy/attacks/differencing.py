"""A6: a cell that is not shown, as its parent less its shown brothers."""

import msgspec
import numpy as np

from footfall.privacy.attacks.chance import Chance
from footfall.privacy.attacks.city import SIZES, City, cells_by
from footfall.privacy.attacks.outcome import Attack, Draw
from footfall.privacy.budget import COHORT, noise_of
from footfall.privacy.marts import MARTS
from footfall.privacy.noise import draw as real_draw

__all__ = ["differencing"]

RELEASE, CHILDREN = "city", ("hour", "duration")
"""Marts in which each visitor of a portal is in exactly one cell."""
MANY = 0.5
RARE = 0.02
"""How rare the last duration is, against each of the others."""
Cells = dict[tuple[int, ...], int]


class _Family(msgspec.Struct, frozen=True):
    """A parent with its children; ``hidden`` are the keys of those that are not shown."""

    difference: int
    hidden: list[tuple[int, ...]]


def differencing(chance: Chance, *, draw: Draw = real_draw, units: int = 100_000, portals: int = 40) -> Attack:
    """The attacker first tries his sums where nothing is hidden: where they do not come out there, he learns nothing where one cell is,
    and can only be lucky."""
    city = _city(chance, units, portals)
    right, claims, small, complete, exact = 0, 0, 0, 0, 0
    parents = _shown(city, ("portal",), draw)
    for child in CHILDREN:
        truth = cells_by(city, ("portal", child))
        families = _families(parents, _shown(city, ("portal", child), draw), SIZES[child])
        whole = [family for family in families if not family.hidden]
        complete, exact = complete + len(whole), exact + sum(family.difference == 0 for family in whole)
        alone = [family for family in families if len(family.hidden) == 1]
        hits = [family for family in alone if 0 < truth.get(family.hidden[0], 0) < COHORT[RELEASE]]
        small, claims = small + len(hits), claims + len(alone)
        right += sum(family.difference == truth[family.hidden[0]] for family in hits)
    is_sure = complete > 0 and exact > MANY * complete
    recovered = right if is_sure else 0
    return Attack(
        name="A6",
        title="Differencing",
        paper="Denning, Denning, Schwartz 1979",
        tried="Each portal less its shown hours, and less its shown durations; the rate is a share of the small cells that stand alone",
        rate=recovered / max(small, 1),
        bar=0.0,
        detail=f"{recovered} cells under {COHORT[RELEASE]} recovered, of {small} that were hidden alone. Where nothing is hidden {exact} "
        f"of {complete} sums come out, so the attacker {'can' if is_sure else 'cannot'} trust them; {right} of {claims} were hit.",
    )


def _city(chance: Chance, units: int, portals: int) -> City:
    """Portals alike, of which all hours are shown, and all durations but one."""
    weights = {"portal": np.ones(portals), "hour": np.ones(SIZES["hour"]), "duration": np.array([1.0] * (SIZES["duration"] - 1) + [RARE])}
    return City({name: chance.picks(units, weight) for name, weight in weights.items()})


def _shown(city: City, columns: tuple[str, ...], draw: Draw) -> Cells:
    """The mart of these columns as it is released, all keys known."""
    mart = next(mart for mart in MARTS if mart.name == columns[-1])
    true = {_name(key): count for key, count in cells_by(city, columns).items()}
    portals = range(int(city.columns["portal"].max()) + 1)
    known = [(one, *rest) for one in portals for rest in ([(value,) for value in range(SIZES[columns[-1]])] if columns[1:] else [()])]
    shown = draw(true, [_name(key) for key in known], noise_of(RELEASE, mart))
    return {key: shown[_name(key)] for key in known if _name(key) in shown}


def _name(key: tuple[int, ...]) -> str:
    return ",".join(map(str, key))


def _families(parents: Cells, children: Cells, size: int) -> list[_Family]:
    found = []
    for (portal,), total in parents.items():
        keys = [(portal, value) for value in range(size)]
        found.append(_Family(total - sum(children.get(key, 0) for key in keys), [key for key in keys if key not in children]))
    return found
