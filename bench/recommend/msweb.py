"""MSWeb, areas of microsoft.com that a visitor saw in a week (Breese, Heckerman and Kadie 1998): AllBut1 and Given2 by rank score.

The product's ways are asked: co-visits, EASE, popularity. Weights are chosen on 15 % of the training visitors, of a model
of the others. That is with true counts. What is served knows drawn ones alone, so then what privacy costs, with fixed weights: pairs
bounded a visitor, pairs under the cohort left out, and the marts' noise, drawn of one week of so many visitors.
"""

import gzip
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bench.recommend.data import DATA
from footfall.interests.covisits import bounded_pairs, conditional, gram, pair_matrix
from footfall.interests.ease import fit_ease, noise_ridge
from footfall.privacy.budget import noise_of
from footfall.privacy.marts import MARTS
from footfall.privacy.noise import draw

AREAS, HALF_LIFE, SEEDS = 298, 5, (1, 2, 3)
SHARES = (0.0, 0.25, 0.5, 1.0, 2.0)
RIDGES = (20.0, 50.0, 100.0, 200.0)
SMALLER = (8_000, 2_000)
Floats = NDArray[np.float64]
Visits = list[list[int]]
Questions = list[tuple[list[int], list[int]]]
Legs = dict[str, Floats]


def visitors(name: str) -> Visits:
    found: Visits = []
    with gzip.open(DATA / "msweb" / f"anonymous-msweb.{name}.gz", "rt", encoding="latin-1") as lines:
        for line in lines:
            kind, number, *_ = line.split(",")
            if kind == "C":
                found.append([])
            elif kind == "V":
                found[-1].append(int(number) - 1000)
    return found


def questions(visits: Visits, given: int, seed: int) -> Questions:
    """What is told and what is to be found: all but one (``given`` 0), or so many and all others."""
    chance, found = np.random.default_rng(seed), []
    for visit in visits:
        told = given or len(visit) - 1
        if len(visit) > max(told, 1) - (given == 0):
            order = chance.permutation(len(visit)).tolist()
            found.append(([visit[at] for at in order[:told]], [visit[at] for at in order[told:]]))
    return [(told, wanted) for told, wanted in found if told]


def matrix(visits: Sequence[Sequence[int]]) -> sparse.csr_array:
    rows = np.repeat(np.arange(len(visits)), [len(visit) for visit in visits])
    return sparse.csr_array((np.ones(len(rows)), (rows, [area for visit in visits for area in visit])), shape=(len(visits), AREAS))


def ranks(scores: Floats, asked: Questions) -> list[NDArray[np.int64]]:
    """Ranks from 0 of what was to be found, what was told left out."""
    scores = np.where(matrix([told for told, _ in asked]).toarray() > 0, -np.inf, scores)
    order = np.argsort(-scores, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(AREAS), order.shape), axis=1)
    return [np.sort(rank[at, wanted]) for at, (_, wanted) in enumerate(asked)]


def rank_score(scores: Floats, asked: Questions) -> float:
    found = ranks(scores, asked)
    worth = sum(float((2.0 ** (-rank / (HALF_LIFE - 1))).sum()) for rank in found)
    return 100 * worth / sum(float((2.0 ** (-np.arange(len(rank)) / (HALF_LIFE - 1))).sum()) for rank in found)


def ndcg(scores: Floats, asked: Questions, k: int = 10) -> float:
    found = ranks(scores, asked)
    gains = 1 / np.log2(np.arange(2, AREAS + 2))
    return float(np.mean([gains[rank[rank < k]].sum() / gains[: min(k, len(rank))].sum() for rank in found]))


def recall(scores: Floats, asked: Questions, k: int = 10) -> float:
    return float(np.mean([(rank < k).mean() for rank in ranks(scores, asked)]))


Counting = Callable[[Visits], tuple[sparse.csr_array, Floats, float]]
"""Visits to pairs, visitors of each area, and the least ridge."""


def exactly(visits: Visits) -> tuple[sparse.csr_array, Floats, float]:
    seen = matrix(visits)
    together = sparse.csr_array(seen.T @ seen)
    pages = together.diagonal()
    together.setdiag(0)
    together.eliminate_zeros()
    return together, pages, 0.0


def bounded(visits: Visits, cohort: int, most: int = 10) -> tuple[sparse.csr_array, Floats, float]:
    counts = Counter(pair for at, visit in enumerate(visits) for pair in bounded_pairs(visit, at.to_bytes(8, "big"), most=most))
    return pair_matrix(counts, AREAS, cohort=cohort), matrix(visits).sum(axis=0), 0.0


def drawn(visits: Visits) -> tuple[sparse.csr_array, Floats, float]:
    """As the marts ``co_visit`` and ``page`` give a week to the city's own people."""
    marts = {mart.name: mart for mart in MARTS}
    noises = {name: noise_of("city", marts[name]) for name in ("co_visit", "page")}
    counts = Counter(pair for at, visit in enumerate(visits) for pair in bounded_pairs(visit, at.to_bytes(8, "big")))
    pairs = draw({f"{one}|{other}": times for (one, other), times in counts.items()}, (), noises["co_visit"])
    pages = draw({str(at): int(times) for at, times in enumerate(matrix(visits).sum(axis=0)) if times}, (), noises["page"])
    found = pair_matrix({tuple(map(int, pair.split("|"))): times for pair, times in pairs.items()}, AREAS)
    return (
        found,
        np.array([pages.get(str(at), 0) for at in range(AREAS)], dtype=float),
        noise_ridge(noises["co_visit"].sigma, found.nnz / AREAS),
    )


def nothing(visits: Visits) -> tuple[sparse.csr_array, Floats, float]:
    """What the marts give where no pair comes over its threshold."""
    _, pages, least = drawn(visits)
    return sparse.csr_array((AREAS, AREAS)), pages, least


def legs(visits: Visits, asked: Questions, ridge: float, counting: Counting) -> Legs:
    """Scores of every area by each way, each divided by its best."""
    pairs, pages, least = counting(visits)
    told = matrix([told for told, _ in asked])
    found = {
        "ease": np.maximum(told @ fit_ease(gram(pairs, pages), max(ridge, least)), 0),
        "pairs": (told @ conditional(pairs, pages)).toarray(),
        "popular": np.broadcast_to(np.log1p(pages), (len(asked), AREAS)),
    }
    return {name: scores / np.maximum(scores.max(axis=1, keepdims=True), 1e-12) for name, scores in found.items()}


def blended(found: Legs, weights: Mapping[str, float]) -> Floats:
    return sum((weight * found[name] for name, weight in weights.items() if name in found), np.zeros_like(found["ease"]))


def chosen(train: Visits, given: int) -> tuple[float, dict[str, float]]:
    """Ridge and weights that find most on 15 % of the training visitors."""
    order = np.random.default_rng(0).permutation(len(train))
    cut = int(0.85 * len(train))
    fitted, held = [train[at] for at in order[:cut]], questions([train[at] for at in order[cut:]], given, 2)
    ridges = {ridge: rank_score(legs(fitted, held, ridge, exactly)["ease"], held) for ridge in RIDGES}
    ridge = max(ridges, key=ridges.__getitem__)
    found = legs(fitted, held, ridge, exactly)
    tried = [dict(zip(("ease", "pairs", "popular"), some, strict=True)) for some in product((0.5, 1.0), SHARES, (0.0, 0.1, 0.3, 0.6))]
    return ridge, max(tried, key=lambda weights: rank_score(blended(found, weights), held))


def main(short: bool = False) -> None:
    train, test = visitors("data"), visitors("test")
    for name, given in (("AllBut1", 0), ("Given2", 2)):
        began = time.process_time()
        ridge, weights = chosen(train, given)
        print(f"msweb, {name}: λ {ridge:.0f}, weights {weights}, chosen in {time.process_time() - began:.0f} s CPU", flush=True)
        for seed in SEEDS[: 1 if short else None]:
            asked = questions(test, given, seed)
            found = legs(train, asked, ridge, exactly)
            alone = ", ".join(f"{way} {rank_score(scores, asked):.1f}" for way, scores in found.items())
            scores = blended(found, weights)
            what = f"msweb, {name}, draw {seed}, {len(asked)} visitors: {alone}; blend"
            print(f"{what} {rank_score(scores, asked):.2f}, recall@10 {recall(scores, asked):.3f}", flush=True)
    cost(train, test)


def cost(train: Visits, test: Visits) -> None:
    """nDCG@10 of AllBut1, by the first so many visitors."""
    asked, weights = questions(test, 0, 1), {"ease": 1.0, "pairs": 0.5, "popular": 0.1}
    ways: dict[str, Counting] = {
        "exact": exactly,
        "at most 10 pairs a visit": lambda visits: bounded(visits, 0),
        "and no pair under 10": lambda visits: bounded(visits, 10),
        "drawn as the marts are": drawn,
        "popular alone": nothing,
    }
    for size in (len(train), *SMALLER):
        best = 0.0
        for name, counting in ways.items():
            found = ndcg(blended(legs(train[:size], asked, 100.0, counting), weights), asked)
            best = best or found
            told = f"nDCG@10 {found:.4f}, {100 * (found / best - 1):+.1f} %, pairs {counting(train[:size])[0].nnz // 2}"
            print(f"msweb, cost of privacy, {size} visitors, {name}: {told}", flush=True)


if __name__ == "__main__":
    main()
