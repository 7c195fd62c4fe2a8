"""A5: does what is added follow the law it is said to follow, in whole numbers?"""

import math

import numpy as np
from scipy.stats import chi2

from footfall.privacy.attacks.chance import Floats
from footfall.privacy.attacks.outcome import Attack, Draw
from footfall.privacy.budget import noise_of
from footfall.privacy.marts import MARTS
from footfall.privacy.noise import draw as real_draw

__all__ = ["law"]

DRAWS, HIGH = 10_000, 1_000_000
SUREST = 5.0
"""-log10 of p: of a right sampler one run in 100,000 has more."""
LEAST_EXPECTED = 20


def law(*, draw: Draw = real_draw, draws: int = DRAWS) -> Attack:
    """χ² of many draws against e^(-x²/2σ²) over the whole numbers."""
    noise = noise_of("city", next(mart for mart in MARTS if mart.name == "place_device"))
    keys = [f"{number:08d}" for number in range(draws)]
    values = list(draw(dict.fromkeys(keys, HIGH), keys, noise).values())
    broken = sum(type(value) is not int for value in values)
    p = _p_of(np.array(values, dtype=np.float64) - HIGH, noise.sigma)
    return Attack(
        name="A5",
        title="Black-box test of the noise",
        paper="Bichsel et al. 2021 (DP-Sniper); Haney et al. 2022",
        tried=f"{draws:,} draws, whether whole numbers, against the exact distribution; the rate is -log10 of p",
        rate=math.inf if broken else -math.log10(max(p, 1e-300)),
        bar=SUREST,
        detail=f"{broken:,} of {draws:,} are no whole numbers; χ² against the discrete Gaussian with σ {noise.sigma:g} has p {p:.2g}.",
    )


def _p_of(values: Floats, sigma: float) -> float:
    reach = math.ceil(40 * sigma)
    places = np.arange(-reach, reach + 1)
    weights = np.exp(-(places**2) / (2 * sigma**2))
    expected = weights / weights.sum() * len(values)
    edge = int(np.abs(places[expected >= LEAST_EXPECTED]).max())
    clipped = np.clip(np.rint(values), -edge - 1, edge + 1).astype(np.int64)
    seen = np.bincount(clipped + edge + 1, minlength=2 * edge + 3)
    inside = np.abs(places) <= edge
    tails = [expected[places < -edge].sum()], expected[inside], [expected[places > edge].sum()]
    wanted = np.concatenate(tails)
    return float(chi2.sf(((seen - wanted) ** 2 / wanted).sum(), len(wanted) - 1))
