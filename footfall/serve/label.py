"""The label: what a home's released numbers promise, in figures that opendp gives, and what they do not."""

import math
from statistics import NormalDist

import msgspec

from footfall.privacy import budget
from footfall.privacy.budget import COHORT, DAYS_A_MONTH, DELTA, RHO, UNIT, noise_of
from footfall.privacy.marts import MARTS, REACH, RELEASES
from footfall.privacy.noise import mechanisms

__all__ = ["NOT_STOPPED", "PROXY", "Cost", "Label", "MartLabel", "ReleaseLabel", "best_auc", "label"]

NOT_STOPPED = (
    "Who controls the machine while it runs can watch requests arrive; nothing in the software stops that.",
    "Today's visitors are pseudonyms while the day's salt lives: who holds it could test a named address and browser against them.",
    "Somebody who does the same on every day of a month is poorly hidden in that month: the last rows of the costs say how poorly.",
    "A portal's own staff ask its events while they are kept; who knows a colleague's habits and asks many questions may learn more. "
    "A portal that keeps none (keep_events 0) rules that out.",
)

PROXY = {
    False: "Proxy: not checked. None is named in trusted_proxies: visitors behind one would all have its address. Whether one that stands "
    "in front keeps a log of addresses cannot be seen from here.",
    True: "Proxy: not checked. What those named in trusted_proxies say of a visitor's address is believed; whether they keep a log of "
    "addresses cannot be seen from here.",
}
"""Of what stands in front, by whether the setting names any."""


OUTSIDE = (
    "Reach across portals is off unless whoever runs the server turns it on. It counts each visitor once over all portals of a group, by "
    "a salt of its own and in memory alone, and is outside the exemption for audience measurement."
)


class Cost(msgspec.Struct, frozen=True):
    """What a ρ means."""

    of: str
    rho: float
    epsilon: float
    """At δ 1e-7."""
    auc: float
    """Of the best test of whether one unit is in it: 0.5 is a guess, 1 certainty."""


class MartLabel(msgspec.Struct, frozen=True):
    """One mart in one release."""

    mart: str
    keys: tuple[str, ...]
    share: int
    """Percent."""
    cells: int
    """That a unit counts in at most."""
    grain: str
    rho: float
    sigma: float
    threshold: int
    secret_threshold: int
    """0 where all keys are known."""


class ReleaseLabel(msgspec.Struct, frozen=True):
    """One set of numbers."""

    release: str
    rho: float
    cohort: int
    marts: tuple[MartLabel, ...]


class ReachLabel(msgspec.Struct, frozen=True, kw_only=True):
    """Visitors of several portals together: off unless the setting turns it on, with a unit and an account of its own."""

    unit: str
    groups: int
    """That may be declared, and that one unit counts in at most, once in each."""
    rho: float
    sigma: float
    threshold: int
    most_a_month: float
    costs: tuple[Cost, ...]
    says: str


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What is promised. The same for every home of this version: no setting changes it, but what is said of a proxy."""

    unit: str
    delta: float
    """Besides ρ, of each mart whose keys are data."""
    delta_a_day: float
    """All of them together, in all releases."""
    delta_a_month: float
    most_a_day: float
    most_a_month: float
    releases: tuple[ReleaseLabel, ...]
    costs: tuple[Cost, ...]
    reach: ReachLabel
    not_stopped: tuple[str, ...]
    proxy: str
    """What was checked of a proxy in front."""


def label(trusted_proxies: tuple[str, ...] = ()) -> Label:
    """The label of a home with that setting, computed now. Reads opendp."""
    return Label(
        unit=UNIT,
        delta=DELTA,
        delta_a_day=budget.DELTA_A_DAY,
        delta_a_month=budget.DELTA_A_MONTH,
        most_a_day=budget.RHO_A_DAY,
        most_a_month=budget.RHO_A_MONTH,
        releases=tuple(_release(name) for name in RELEASES),
        costs=_costs(),
        reach=_reach(),
        not_stopped=NOT_STOPPED,
        proxy=PROXY[bool(trusted_proxies)],
    )


def best_auc(rho: float) -> float:
    """Area under the curve of the best test that tells a Gaussian vector from one with a unit more: Φ(√(2ρ) / √2) = Φ(√ρ).

    >>> round(best_auc(0.05), 3), round(best_auc(0.45), 3)
    (0.588, 0.749)
    """
    return NormalDist().cdf(math.sqrt(rho))


def _costs() -> tuple[Cost, ...]:
    both = sum(RHO.values())
    month = {name: budget.month_rho(name) for name in RELEASES}
    rows = [(f"{name}, a day", RHO[name]) for name in RELEASES]
    rows += [("both, a day", both), ("the most a day", budget.RHO_A_DAY)]
    rows += [(f"{name}, {DAYS_A_MONTH} days all alike", month[name]) for name in RELEASES]
    rows += [(f"both, {DAYS_A_MONTH} days all alike", sum(month.values()))]
    return tuple(Cost(of, rho, mechanisms().epsilon(rho, DELTA), best_auc(rho)) for of, rho in rows)


def _reach() -> ReachLabel:
    noise, month = noise_of(REACH.name, REACH), budget.REACH_RHO_A_MONTH
    costs = (("reach, a day", noise.rho), (f"reach, {DAYS_A_MONTH} days all alike", month))
    return ReachLabel(
        unit=budget.REACH_UNIT,
        groups=noise.cells,
        rho=noise.rho,
        sigma=noise.sigma,
        threshold=noise.threshold,
        most_a_month=month,
        costs=tuple(Cost(of, rho, mechanisms().epsilon(rho, DELTA), best_auc(rho)) for of, rho in costs),
        says=OUTSIDE,
    )


def _release(name: str) -> ReleaseLabel:
    found = []
    for mart in MARTS:
        noise = noise_of(name, mart)
        row = (mart.name, mart.keys, mart.share, mart.cells, mart.grain, noise.rho, noise.sigma, noise.threshold, noise.secret_threshold)
        found.append(MartLabel(*row))
    return ReleaseLabel(name, RHO[name], COHORT[name], tuple(found))
