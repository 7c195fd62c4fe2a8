"""A9: how many are behind a cell that may be shown, how unlike they are, and how unlike everybody else."""

import numpy as np

from footfall.privacy.attacks.chance import Chance, Floats
from footfall.privacy.attacks.city import SIZES, City, cells_by, make_city
from footfall.privacy.attacks.outcome import Attack, Draw
from footfall.privacy.budget import COHORT, noise_of
from footfall.privacy.marts import MARTS
from footfall.privacy.noise import draw as real_draw

__all__ = ["cohorts"]

RELEASE, COLUMNS, SENSITIVE = "city", ("portal", "region", "device"), "source"
LEAST_L, MOST_T = 2.0, 0.4


def cohorts(chance: Chance, *, draw: Draw = real_draw, city: City | None = None) -> Attack:
    """k-anonymity, entropy l-diversity and t-closeness of what is truly behind the cells that a draw of a mart shows. Noise could lift a
    cell of few over its threshold: nothing but the threshold for secret keys keeps it from that."""
    city = city or make_city(chance, units=30_000, portals=50)
    groups = _shown(city, draw)
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
        tried=f"Every cell of {' x '.join(COLUMNS)} that a draw shows; the rate is the share with too few or too alike behind it",
        rate=(few + alike) / len(groups),
        bar=0.0,
        detail=f"{len(groups):,} cells: at least {least} visitors (k {COHORT[RELEASE]}), entropy l at least {diversity:.1f} ({LEAST_L:g}), "
        f"t at most {closeness:.2f} ({MOST_T:g}, told only).",
    )


def _shown(city: City, draw: Draw) -> list[Floats]:
    """How often each value of the sensitive column is in a cell, of the cells that are shown."""
    mart = next(mart for mart in MARTS if mart.name == "place_device")
    table = {key: np.zeros(SIZES[SENSITIVE]) for key in cells_by(city, COLUMNS)}
    for (*key, value), count in cells_by(city, (*COLUMNS, SENSITIVE)).items():
        table[tuple(key)][value] = count
    counts = {",".join(map(str, key)): int(group.sum()) for key, group in table.items()}
    shown = draw(counts, (), noise_of(RELEASE, mart))
    return [group for key, group in table.items() if ",".join(map(str, key)) in shown]


def _entropy_l(shares: Floats) -> float:
    """e to the entropy: so many values, all alike, would be as hard to guess."""
    present = shares[shares > 0]
    return float(np.exp(-(present * np.log(present)).sum()))
