"""A9: how many are behind a cell that may be shown, how unlike they are, and how unlike everybody else."""

import math

import numpy as np

from footfall.privacy.attacks.chance import Chance, Floats
from footfall.privacy.attacks.city import SIZES, City, make_city
from footfall.privacy.attacks.outcome import Attack
from footfall.privacy.budget import COHORT, noise_of
from footfall.privacy.marts import MARTS

__all__ = ["cohorts"]

RELEASE, COLUMNS, SENSITIVE = "city", ("portal", "region", "device"), "source"
LEAST_L, MOST_T = 2.0, 0.4


def cohorts(chance: Chance, *, threshold: int | None = None, city: City | None = None) -> Attack:
    """k-anonymity, entropy l-diversity and t-closeness of the true cells of a mart that are at its threshold or over."""
    city = city or make_city(chance, units=30_000, portals=50)
    mart = next(mart for mart in MARTS if mart.name == "place_device")
    groups = _groups(city, noise_of(RELEASE, mart).threshold if threshold is None else threshold)
    least = min(int(group.sum()) for group in groups)
    few = sum(int(group.sum()) < COHORT[RELEASE] for group in groups)
    everybody = np.bincount(city.columns[SENSITIVE], minlength=SIZES[SENSITIVE]) / city.units
    diversity = min(_entropy_l(group / group.sum()) for group in groups)
    closeness = max(float(np.abs(group / group.sum() - everybody).sum() / 2) for group in groups)
    alike = sum(_entropy_l(group / group.sum()) < LEAST_L for group in groups)
    return Attack(
        name="A9",
        title="Cohorts: k, l and t",
        paper="Sweeney 2002; Machanavajjhala et al. 2007; Li et al. 2007",
        tried=f"Every true cell of {' x '.join(COLUMNS)} that may be shown; the rate is the share with too few or too alike behind it",
        rate=(few + alike) / len(groups),
        bar=0.0,
        detail=f"{len(groups):,} cells: at least {least} visitors (k {COHORT[RELEASE]}), entropy l at least {diversity:.1f} ({LEAST_L:g}), "
        f"t at most {closeness:.2f} ({MOST_T:g}, told only).",
    )


def _groups(city: City, threshold: int) -> list[Floats]:
    """How often each value of the sensitive column is in a cell, of the cells that are large enough."""
    shape = [int(city.columns[name].max()) + 1 for name in COLUMNS]
    place = np.ravel_multi_index([city.columns[name] for name in COLUMNS], shape)
    table = np.zeros((math.prod(shape), SIZES[SENSITIVE]))
    np.add.at(table, (place, city.columns[SENSITIVE]), 1)
    return [row for row in table if row.sum() >= threshold]


def _entropy_l(shares: Floats) -> float:
    """e to the entropy: so many values, all alike, would be as hard to guess."""
    present = shares[shares > 0]
    return float(np.exp(-(present * np.log(present)).sum()))
