"""EASE: what speaks for what, by one ridge regression of every item on all others, in closed form.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data" (WWW 2019): P = (G + λI)⁻¹, B = -P / diag(P), diagonal 0.
"""

import numpy as np
import scipy
from numpy.typing import NDArray

__all__ = ["DEAREST", "fit_ease", "noise_ridge"]

DEAREST = 8_000
"""Items; over that the dense inverse takes more than half a minute and a gigabyte, and co-visits are asked alone."""
DOUBLINGS = 60


def fit_ease(gram: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    """B, a row for each item seen: the score of an item is the sum of its column over the history.

    ``gram`` is symmetric. Where it with ``ridge`` is not positive definite, as thresholded noisy counts may not be, the ridge is doubled
    until it is.

    Raises:
        ValueError: ``ridge`` is not above 0, a count is no number, or there are more items than a dense inverse is for.
    """
    if ridge <= 0 or len(gram) > DEAREST or not np.isfinite(gram).all():
        raise ValueError(f"a ridge above 0, numbers, and at most {DEAREST} items")
    inverse = _inverse(gram, ridge)
    weights: NDArray[np.float64] = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def _inverse(gram: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    for _ in range(DOUBLINGS):
        lower, fault = scipy.linalg.lapack.dpotrf(gram + ridge * np.eye(len(gram)), lower=True, overwrite_a=True)
        if not fault:
            half: NDArray[np.float64] = np.tril(scipy.linalg.lapack.dpotri(lower, lower=True, overwrite_c=True)[0])
            return half + np.tril(half, -1).T
        ridge *= 2
    raise ValueError("counts that no ridge makes positive definite")


def noise_ridge(sigma: float, mean_pairs: float) -> float:
    """The least ridge under noise: 2σ√d, about the largest eigenvalue of a symmetric matrix of noise σ with d cells a row.

    Below it the inverse would follow the noise; above it only what the noise cannot have made is followed.

    >>> noise_ridge(50, 16)
    400.0
    """
    return 2 * sigma * float(np.sqrt(mean_pairs))
