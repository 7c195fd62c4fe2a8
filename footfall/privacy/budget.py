"""What a released number costs, and how much noise that means. Floors and ceilings stand here in code; no setting goes below.

ρ is that of zero-concentrated differential privacy: the Gaussian mechanism with standard deviation σ on a vector that one unit moves by at
most Δ costs ρ = Δ² / 2σ², and costs add up. The unit is one visitor of one portal on one service day, who counts at most once in a cell and
in at most L0 cells: Δ = √L0.
"""

import hashlib
import math
from statistics import NormalDist

import msgspec

from footfall.errors import BadSetting, Refused
from footfall.privacy.marts import LISTS, MARTS, REACH, RELEASES, Mart

__all__ = [
    "COHORT",
    "DAYS_A_MONTH",
    "DELTA",
    "DELTA_A_DAY",
    "DELTA_A_MONTH",
    "REACH_COHORT",
    "REACH_RHO",
    "REACH_RHO_A_MONTH",
    "REACH_UNIT",
    "RHO",
    "RHO_A_DAY",
    "RHO_A_MONTH",
    "UNIT",
    "Noise",
    "cohort_of",
    "drawn_in",
    "hold_floors",
    "month_rho",
    "noise_of",
    "settings_sha256",
    "shares_of",
    "unit_of",
]

UNIT = "visitor-portal-day"
"""One browser on one network, on one portal, on one service day. Not a person."""
RHO = {"city": 0.05, "open": 0.015}
"""ρ of a unit in all marts of a release together."""
RHO_A_DAY = 0.1
"""Most that all releases together may cost a unit."""
RHO_A_MONTH, DAYS_A_MONTH = 2.1, 31
"""Most that the days of any 31 in a row may cost together, in one portal group."""
REACH_UNIT = "visitor-day, city-wide"
"""One browser on one network, on all portals together, on one day of the reach room's clock: who is counted once in a group's reach."""
REACH_RHO = 0.005
"""ρ of that unit in all groups together. It is another unit's, so it is in an account of its own, beside the others."""
REACH_RHO_A_MONTH = 0.155
"""Most that any 31 days in a row may cost it: one draw a day."""
DELTA = 1e-7
"""Most that showing a mart's secret keys may cost a unit besides ρ."""
DELTA_A_DAY = round(DELTA * len(RELEASES) * sum(not mart.known for mart in MARTS), 12)
"""δ adds up too: that of all marts with secret keys, in all releases. A week's is charged to each of its days, as its ρ is."""
DELTA_A_MONTH = round(DELTA_A_DAY * DAYS_A_MONTH, 12)
COHORT = {"city": 10, "open": 20}
"""No cell below it leaves, however little noise it has."""
REACH_COHORT = 10
SIGMAS = 4
"""Of noise alone a cell passes four standard deviations once in 30,000 times."""


class Noise(msgspec.Struct, frozen=True, kw_only=True):
    """How one mart is drawn for one release. None can be made below the floors.

    Raises:
        Refused: the mart is neither one of the fixed ones nor reach, or a value is below its floor.
    """

    release: str
    mart: str
    cells: int
    """Cells one unit counts in at most (L0), once in each."""
    rho: float
    """What it costs a unit, charged whether or not it came."""
    delta: float
    """The same; 0 where all keys are known."""
    sigma: float
    """Standard deviation, visitors."""
    threshold: int
    """τ: a cell with less is absent."""
    secret_threshold: int
    """The same where the key itself is data; no less than τ. 0 where all keys are known."""

    def __post_init__(self) -> None:
        hold_floors(self)


def noise_of(release: str, mart: Mart) -> Noise:
    """The noise of a mart in a release.

    >>> from footfall.privacy.marts import MARTS
    >>> noise = noise_of("city", MARTS[0])
    >>> noise.rho, noise.sigma, noise.threshold, noise.secret_threshold
    (0.0185, 16.44, 66, 94)

    Raises:
        BadSetting: no such release.
        Refused: the mart is none of the fixed ones, old shares among them.
    """
    if release not in (*RELEASES, REACH.name):
        raise BadSetting(f"Release {release!r} is not known. Valid: {', '.join((*RELEASES, REACH.name))}.")
    rho = _share(release, mart)
    # A hair more: where the root is a round number, what opendp makes of it may be the next number above ρ.
    sigma = _up(math.sqrt(mart.cells / (2 * rho)) * (1 + 1e-12))
    threshold = max(cohort_of(release), math.ceil(SIGMAS * sigma))
    return Noise(
        release=release,
        mart=mart.name,
        cells=mart.cells,
        rho=rho,
        delta=0.0 if mart.known else DELTA,
        sigma=sigma,
        threshold=threshold,
        secret_threshold=0 if mart.known else max(threshold, _least_for_secrets(sigma, mart.cells)),
    )


def hold_floors(noise: Noise) -> None:
    """Nothing where the noise is as strong as its mart's share of the budget demands: today's, or that of an earlier list which has the
    same ρ. That the shares of a day come of one list is held by the caps.

    Raises:
        Refused: names the first value that is not.
    """
    shares = shares_of(noise.release, noise.mart)
    if not shares:
        raise Refused(
            "There is no mart {mart!r} in a release {release!r}; only those in privacy.marts are drawn.",
            mart=noise.mart,
            release=noise.release,
        )
    mart = next((one for one in shares if _share(noise.release, one) == noise.rho), shares[0])
    rho, sigma = _share(noise.release, mart), noise.sigma if math.isfinite(noise.sigma) else 0.0
    threshold = max(cohort_of(noise.release), SIGMAS * sigma)
    secret = 0.0 if mart.known else max(threshold, _least_for_secrets(sigma, mart.cells))
    floors = (
        ("cells", noise.cells == mart.cells, mart.cells),
        ("rho", noise.rho == rho, rho),
        ("sigma", sigma > 0 and mart.cells <= 2 * rho * sigma * sigma, math.sqrt(mart.cells / (2 * rho))),
        ("delta", noise.delta == (0.0 if mart.known else DELTA), DELTA),
        ("threshold", noise.threshold >= threshold, threshold),
        ("secret_threshold", noise.secret_threshold >= secret, secret),
    )
    for name, holds, floor in floors:
        if not holds:
            raise Refused(
                "{name} {value} of mart {mart} for {release} is not allowed; the floor is {floor:g}.",
                name=name,
                value=getattr(noise, name),
                mart=mart.name,
                release=noise.release,
                floor=floor,
            )


def drawn_in(release: str, name: str) -> Mart | None:
    """The mart of that name, if it is drawn in that release: the fixed ones in both, reach in its own."""
    return next(iter(shares_of(release, name)), None)


def shares_of(release: str, name: str) -> tuple[Mart, ...]:
    """The same as each list has it, newest first: none where no list does."""
    lists = LISTS if release in RHO else ((REACH,),) if release == REACH.name else ()
    return tuple(mart for marts in lists for mart in marts if mart.name == name)


def cohort_of(release: str) -> int:
    """Visitors without whom no cell of that release leaves; 0 where there is no such release."""
    return REACH_COHORT if release == REACH.name else COHORT.get(release, 0)


def unit_of(release: str) -> str:
    """Whom its numbers count and protect; empty where there is no such release."""
    return REACH_UNIT if release == REACH.name else UNIT if release in RHO else ""


def month_rho(release: str) -> float:
    """ρ of somebody who is the same visitor on each of 31 days, every day alike, in one release: more than 31 units, because all of
    a week's days meet in one cell of a weekly mart, and ρ grows with the square of what one cell moves by."""
    daily = sum(mart.share for mart in MARTS if mart.grain == "day")
    weekly = sum(mart.share for mart in MARTS if mart.grain == "week")
    weeks, rest = divmod(DAYS_A_MONTH, 7)
    return RHO[release] * (daily * DAYS_A_MONTH + weekly * (weeks * 7**2 + rest**2)) / 100


def settings_sha256() -> str:
    """What the numbers of this module and the list of marts are, in one hash: a ledger line carries it."""
    values = [RHO, RHO_A_DAY, RHO_A_MONTH, DAYS_A_MONTH, DELTA, COHORT, SIGMAS, UNIT, LISTS]
    values += [REACH_RHO, REACH_RHO_A_MONTH, REACH_COHORT, REACH_UNIT, REACH]
    return hashlib.sha256(msgspec.json.encode(values, order="sorted")).hexdigest()


def _share(release: str, mart: Mart) -> float:
    # Rounded: 0.05 * 7 / 100 is 0.0035000000000000005, which would be over its share.
    return round((REACH_RHO if release == REACH.name else RHO[release]) * mart.share / 100, 12)


def _up(value: float) -> float:
    """To three decimals, never down."""
    return math.ceil(value * 1000) / 1000


def _least_for_secrets(sigma: float, cells: int) -> int:
    """The least threshold at which a key that one unit alone has shows up with a chance under δ, for all of its cells together. The
    mechanism says itself what δ is, and a draw is refused where that is more."""
    return 1 + math.ceil(-sigma * NormalDist().inv_cdf(DELTA / cells))
