"""How good lists are: by replaying what visits did next, and by what was clicked weighed by how likely it was shown."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

__all__ = ["ENOUGH", "Measured", "Offline", "Ranks", "coverage", "diversity", "gini", "measured", "replay", "snips"]

ENOUGH = 1_000
"""Effective sample size under which no verdict is given."""
CLIP = 10.0
"""Most that one shown item counts for."""

Answer = Callable[[tuple[int, ...]], Sequence[int]]
"""A history, oldest first, to a list of items, best first."""
Clock = Callable[[], float]
"""Seconds of whatever is to be measured."""
Numbers = NDArray[np.floating[Any]]


class Ranks(msgspec.Struct, frozen=True):
    """At what rank each next item stood, 1 the first; 0 where it was not listed."""

    ranks: NDArray[np.int64]
    novel: NDArray[np.bool_]
    """Whether the item was not in the history."""
    lists: list[tuple[int, ...]]
    seconds: Numbers


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Shares and means over questions, 0 to 1; 0 where there was no question."""

    questions: int
    hit_rate: float
    mrr: float
    ndcg: float
    novel_questions: int
    novel_hit_rate: float
    novel_mrr: float
    novel_ndcg: float
    coverage: float
    """Share of the catalogue that any list shows."""
    gini: float
    """How unevenly lists show the catalogue: 0 all alike, 1 only one."""
    diversity: float
    """Mean unlikeness of two items of a list."""
    p50_ms: float
    p99_ms: float


def replay(days: Sequence[Sequence[Sequence[int]]], learn: Callable[[Sequence[Sequence[int]]], Answer], k: int, clock: Clock) -> Ranks:
    """Each day but the first is asked of a model of the days before it: after each page of a visit, which is next?

    ``days`` hold visits, and these items. A reload is no next page. ``learn`` is given the visits of all earlier days, oldest first.
    """
    found: list[tuple[int, bool, tuple[int, ...], float]] = []
    for number in range(1, len(days)):
        answer = learn([visit for day in days[:number] for visit in day])
        found += [_asked(answer, history, wanted, k, clock) for visit in days[number] for history, wanted in _questions(visit)]
    return Ranks(
        np.array([rank for rank, *_ in found], dtype=np.int64),
        np.array([novel for _, novel, *_ in found], dtype=np.bool_),
        [listed for _, _, listed, _ in found],
        np.array([seconds for *_, seconds in found], dtype=np.float64),
    )


def _questions(visit: Sequence[int]) -> Iterable[tuple[tuple[int, ...], int]]:
    for at in range(1, len(visit)):
        if visit[at] != visit[at - 1]:
            yield tuple(visit[:at]), visit[at]


def _asked(answer: Answer, history: tuple[int, ...], wanted: int, k: int, clock: Clock) -> tuple[int, bool, tuple[int, ...], float]:
    began = clock()
    listed = tuple(answer(history))[:k]
    seconds = clock() - began
    return (listed.index(wanted) + 1 if wanted in listed else 0), wanted not in history, listed, seconds


def measured(ranks: Ranks, catalogue: int, vectors: NDArray[np.float32] | None = None) -> Measured:
    """Every measure of a replay. ``catalogue`` is how many items could have been shown; ``vectors`` of length 1 are by item."""
    novel = ranks.ranks[ranks.novel]
    return Measured(
        questions=len(ranks.ranks),
        hit_rate=_mean(ranks.ranks > 0),
        mrr=_mean(_reciprocal(ranks.ranks)),
        ndcg=_mean(_gain(ranks.ranks)),
        novel_questions=len(novel),
        novel_hit_rate=_mean(novel > 0),
        novel_mrr=_mean(_reciprocal(novel)),
        novel_ndcg=_mean(_gain(novel)),
        coverage=coverage(ranks.lists, catalogue),
        gini=gini(ranks.lists, catalogue),
        diversity=0.0 if vectors is None else diversity(ranks.lists, vectors),
        p50_ms=_quantile_ms(ranks.seconds, 0.5),
        p99_ms=_quantile_ms(ranks.seconds, 0.99),
    )


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else 0.0


def _quantile_ms(seconds: Numbers, share: float) -> float:
    return float(np.quantile(seconds, share)) * 1000 if len(seconds) else 0.0


def _reciprocal(ranks: NDArray[np.int64]) -> Numbers:
    return np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0.0)


def _gain(ranks: NDArray[np.int64]) -> Numbers:
    return np.where(ranks > 0, 1 / np.log2(np.maximum(ranks, 1) + 1), 0.0)


def coverage(lists: Iterable[Sequence[int]], catalogue: int) -> float:
    """Share of the catalogue that is on any list."""
    return len({item for listed in lists for item in listed}) / max(1, catalogue)


def gini(lists: Iterable[Sequence[int]], catalogue: int) -> float:
    """Of how often each item of the catalogue is shown; what is never shown counts.

    >>> gini([(1, 2), (3, 4)], 4), gini([(1,), (1,)], 4)
    (0.0, 0.75)
    """
    times = Counter(item for listed in lists for item in listed)
    if not times:
        return 0.0
    counts = np.sort([0] * (catalogue - len(times)) + list(times.values()))
    size = len(counts)
    return float(((2 * np.arange(1, size + 1) - size - 1) * counts).sum() / (size * counts.sum()))


def diversity(lists: Iterable[Sequence[int]], vectors: NDArray[np.float32]) -> float:
    """One minus the mean likeness of two items of a list, over all lists of two or more."""
    found = []
    for listed in {tuple(listed) for listed in lists if len(listed) > 1}:
        likeness = vectors[list(listed)] @ vectors[list(listed)].T
        found.append(1 - float(np.mean([likeness[one, other] for one, other in combinations(range(len(listed)), 2)])))
    return float(np.mean(found)) if found else 0.0


class Offline(msgspec.Struct, frozen=True):
    """What a policy would have got from what another one showed."""

    value: float | None
    """Mean reward of a shown item; None where the log tells too little."""
    effective: float
    """Size of a sample of the policy itself that would tell as much."""


def snips(
    rewards: Numbers, logged: Numbers, wanted: Numbers, *, times: Numbers | None = None, clip: float = CLIP, enough: float = ENOUGH
) -> Offline:
    """The self-normalised estimate by inverse propensities: Σwr / Σw with w = min(wanted / logged, clip), of (Σw)² / Σw² effective rows.

    One row a shown item, or with ``times`` one for so many alike: its (mean) reward, and the probabilities that it was, and that the policy
    in question would have, shown it there. No value below ``enough`` effective rows: then the log is about other lists than the policy
    would show. Swaminathan & Joachims (2015).
    """
    weights = np.minimum(np.asarray(wanted) / np.asarray(logged), clip)
    number = np.ones(len(weights)) if times is None else np.asarray(times)
    total = float((number * weights).sum())
    effective = total**2 / float((number * weights**2).sum()) if total else 0.0
    return Offline(float((number * weights * rewards).sum()) / total if effective >= enough else None, effective)
