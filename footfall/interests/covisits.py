"""Pairs of pages seen by the same visitors: bounded a visit, never below the cohort, as matrices."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from footfall.interests.neighbours import Floats

__all__ = ["COHORT", "bounded_pairs", "conditional", "gram", "pair_matrix", "popularity_of"]

COHORT = 10
"""Visitors that a pair needs before it may speak: fewer are as if nobody had seen both."""
PAGES = 10
PAIRS = 10
"""Of one visitor, as the mart ``co_visit`` takes them."""
DAMPING = 0.3
"""How much a page's own popularity is held against it in ``conditional``."""


def bounded_pairs(pages: Iterable[int], key: bytes, *, most: int = PAIRS) -> list[tuple[int, int]]:
    """At most ``most`` pairs of at most ten pages, smaller number first, in the order of a hash under ``key``.

    As the mart does it: whose pairs are cut does not depend on the order of his clicks, and another visitor's key would cut otherwise.
    """
    kept = sorted(sorted(set(pages), key=lambda page: _hash(key, page))[:PAGES])
    return sorted(combinations(kept, 2), key=lambda pair: _hash(key, *pair))[:most]


def _hash(key: bytes, *values: int) -> bytes:
    return blake2b(np.array(values, dtype=np.int64).tobytes(), key=key, digest_size=8).digest()


def pair_matrix(pairs: Mapping[tuple[int, int], float], size: int, *, cohort: float = COHORT) -> sparse.csr_array:
    """Visitors of each pair as a symmetric matrix without a diagonal; pairs of fewer than ``cohort`` are left out."""
    kept = [(one, other, visitors) for (one, other), visitors in pairs.items() if visitors >= cohort and one != other]
    rows, columns, counts = np.array(kept, dtype=np.float64).reshape(-1, 3).T
    half = sparse.coo_array((counts, (rows.astype(np.int32), columns.astype(np.int32))), shape=(size, size)).tocsr()
    return sparse.csr_array(half + half.T)


def popularity_of(pairs: sparse.csr_array, pages: Sequence[float] | Floats) -> NDArray[np.float64]:
    """Visitors of each page, no fewer than of any pair it is in: noise may have drawn the page lower, or not at all."""
    most = pairs.max(axis=1).toarray().ravel() if pairs.shape[0] else np.zeros(0)
    return np.maximum(np.asarray(pages, dtype=np.float64), most)


def gram(pairs: sparse.csr_array, pages: Sequence[float] | Floats) -> NDArray[np.float64]:
    """XᵀX as far as drawn counts tell it: pairs beside the diagonal, each page's visitors on it.

    It need not be positive definite: noise and the threshold see to that. ``ease.fit_ease`` makes it so by its ridge.
    """
    found: NDArray[np.float64] = pairs.toarray()
    np.fill_diagonal(found, popularity_of(pairs, pages))
    return found


def conditional(pairs: sparse.csr_array, pages: Sequence[float] | Floats, *, damping: float = DAMPING) -> sparse.csr_array:
    """P(other | page) / popularity(other)^damping, a row for each page seen: what a history of one or two pages is best asked by."""
    popularity = np.maximum(popularity_of(pairs, pages), 1.0)
    return sparse.csr_array(sparse.diags_array(1 / popularity) @ pairs @ sparse.diags_array(popularity**-damping))
