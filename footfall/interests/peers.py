"""What lists have to beat: the pages seen most, and the pages seen most with the last one. Items are positions below ``size``."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain, combinations, islice

import numpy as np

from footfall.interests.covisits import conditional, pair_matrix
from footfall.interests.evaluate import Answer
from footfall.interests.neighbours import top_sparse

__all__ = ["popular", "together"]

Visits = Sequence[Sequence[int]]


def popular(visits: Visits, n: int) -> Answer:
    """The same for all: what most visits saw, without what this one did."""
    order = _by_visits(visits)
    return lambda history: list(islice((item for item in order if item not in history), n))


def together(visits: Visits, size: int, n: int) -> Answer:
    """P(other | last page) / popularity^.3 of pairs that ten visits saw, then what most visits saw; without what this one did."""
    seen = Counter(chain.from_iterable(set(visit) for visit in visits))
    pairs = Counter(chain.from_iterable(combinations(sorted(set(visit)), 2) for visit in visits))
    found = top_sparse(conditional(pair_matrix(pairs, size), np.array([seen[item] for item in range(size)], dtype=np.float64)))
    order = _by_visits(visits)

    def answer(history: tuple[int, ...]) -> list[int]:
        with_last, _ = found.of(history[-1])
        candidates = dict.fromkeys(chain(with_last.tolist(), islice(order, n + len(history) + len(with_last))))
        return list(islice((item for item in candidates if item not in history), n))

    return answer


def _by_visits(visits: Visits) -> list[int]:
    seen = Counter(chain.from_iterable(set(visit) for visit in visits))
    return sorted(seen, key=lambda item: (-seen[item], item))
