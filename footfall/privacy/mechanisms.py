"""The only module that speaks to opendp: random draws, and what they cost.

It takes half a second and 40 MB to read: ``privacy.noise`` and ``serve.verifying`` ask for it by name when a day is closed or verified. All
mechanisms take and give whole numbers; noise is of opendp's exact discrete Gaussian, from the operating system's randomness.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import opendp.prelude as dp
from opendp.mod import OpenDPException

from footfall.errors import Refused

__all__ = ["VERSION", "cost", "drawn", "drawn_over", "epsilon"]

dp.enable_features("contrib")
VERSION = str(dp.__version__)


def drawn(counts: Sequence[int], sigma: float) -> list[int]:
    """Each count with its own noise, in the same order."""
    found: list[int] = _of_known(sigma)(list(counts)) if counts else []
    return found


def drawn_over(counts: Mapping[str, int], sigma: float, threshold: int) -> dict[str, int]:
    """Those of the counts that are at the threshold or over with their noise, in no order."""
    found: dict[str, int] = _of_secret(sigma, threshold)(dict(counts)) if counts else {}
    return found


def cost(cells: int, sigma: float, threshold: int = 0) -> tuple[float, float]:
    """(ρ, δ) of a vector in which one unit counts in ``cells`` cells, once in each; with a threshold of a mechanism with secret keys.

    Raises:
        Refused: opendp has no such mechanism.
    """
    try:
        if not threshold:
            return float(_map(_of_known(sigma), math.sqrt(cells))), 0.0
        rho, delta = _map(_of_secret(sigma, threshold), (cells, math.sqrt(cells), 1.0))
    except (OpenDPException, ValueError) as error:
        raise Refused(
            "opendp cannot draw with L0 {cells}, σ {sigma:g} and threshold {threshold}.", cells=cells, sigma=sigma, threshold=threshold
        ) from error
    return float(rho), float(delta)


def epsilon(rho: float, delta: float) -> float:
    """ε at δ of ρ, by opendp's conversion."""
    gaussian = dp.m.make_gaussian(dp.atom_domain(T="i64"), dp.absolute_distance(T="f64"), math.sqrt(1 / (2 * rho)))
    return float(_map(dp.c.make_zCDP_to_approxDP(gaussian), 1.0).epsilon(delta))


def _map(measurement: Any, distance: object) -> Any:
    """What it costs where one unit moves its input by that much."""
    return measurement.map(distance)


def _of_known(sigma: float) -> dp.Measurement:
    return dp.m.make_gaussian(dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64"), sigma)


def _of_secret(sigma: float, threshold: int) -> dp.Measurement:
    domain = dp.map_domain(dp.atom_domain(T="String"), dp.atom_domain(T="i64"))
    return dp.m.make_gaussian_threshold(domain, dp.l02inf_distance(dp.absolute_distance(T="f64")), scale=sigma, threshold=threshold)
