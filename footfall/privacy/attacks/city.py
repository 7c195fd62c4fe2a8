"""A made-up city: one visitor of one portal on one day after the other, by weights that fall like 1/rank."""

from collections import Counter

import msgspec
import numpy as np

from footfall.privacy.attacks.chance import Chance, Floats, Ints
from footfall.privacy.attacks.outcome import Draw
from footfall.privacy.budget import Noise

__all__ = ["City", "cells_by", "make_city", "noise_alone"]

HIGH = 1_000_000
"""A count that no threshold hides."""
SIZES = {"region": 8, "device": 3, "source": 10, "hour": 24, "duration": 12, "version": 40}
"""How many values each column has."""


class City(msgspec.Struct, frozen=True):
    """Columns by name, each a whole number a unit."""

    columns: dict[str, Ints]

    @property
    def units(self) -> int:
        return len(self.columns["portal"])


def make_city(chance: Chance, *, units: int, portals: int) -> City:
    """So many visitors of a day on so many portals. All columns but the portal are independent of each other, and so is what can be
    learned of one from the others: nothing."""
    columns = {"portal": chance.picks(units, _falling(portals))}
    columns |= {name: chance.picks(units, _falling(size)) for name, size in SIZES.items()}
    return City(columns)


def cells_by(city: City, names: tuple[str, ...]) -> dict[tuple[int, ...], int]:
    """Units by these columns; cells without any are not in it."""
    rows = zip(*(city.columns[name].tolist() for name in names), strict=True)
    return dict(Counter(rows))


def noise_alone(draw: Draw, noise: Noise, cells: int) -> Floats:
    """What a draw adds to so many cells, one after the other."""
    keys = [f"{number:08d}" for number in range(cells)]
    noisy = draw(dict.fromkeys(keys, HIGH), keys, noise)
    return np.array([noisy[key] - HIGH for key in keys], dtype=np.float64)


def _falling(size: int) -> Floats:
    return np.asarray(1.0 / np.arange(1, size + 1), dtype=np.float64)
