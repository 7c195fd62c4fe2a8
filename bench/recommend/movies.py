"""MovieLens-100k as Microsoft Recommenders measures it, read from the wheel of recbole, which is fetched and never installed.

Their split (``python_stratified_split(ratio .75, filter_by item, seed 42)``) is made again, and their own SAR on it is the check: its
figures must be theirs. λ and damping are chosen on four random tenths of the training part, split off the same way.
"""

import subprocess
import sys
import time
import zipfile
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from footfall.interests.ease import fit_ease
from footfall.interests.evaluate import coverage, gini
from footfall.interests.learning import usual
from footfall.interests.neighbours import Neighbours, top
from footfall.interests.rerank import places_for_seldom, seldom

WHEEL, INSIDE = "recbole==1.2.1", "recbole/dataset_example/ml-100k/ml-100k.inter"
CACHE = Path.home() / ".cache" / "footfall-bench"
RIDGES = (300, 400, 500, 600, 800)
DAMPINGS = (0.0, 0.1, 0.2, 0.3)
USERS, ITEMS, K = 943, 1682, 10
MONTH_S = 30 * 86_400

Floats = NDArray[np.float64]


def ratings() -> NDArray[np.int64]:
    """User, item (both from 0), time, in the order of the file."""
    CACHE.mkdir(parents=True, exist_ok=True)
    if not list(CACHE.glob("recbole-*.whl")):
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", CACHE, WHEEL], check=True)
    with zipfile.ZipFile(next(CACHE.glob("recbole-*.whl"))) as wheel:
        rows = [line.split(b"\t") for line in wheel.read(INSIDE).splitlines()[1:]]
    return np.array([(int(user) - 1, int(item) - 1, float(rating), float(when)) for user, item, rating, when in rows]).astype(np.int64)


def split(rows: NDArray[np.int64], seed: int, share: float = 0.75) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of each item a random share, and the rest."""
    drawn = np.random.RandomState(seed).rand(len(rows))
    rows = rows[np.lexsort((drawn, rows[:, 1]))]
    _, first, counts = np.unique(rows[:, 1], return_index=True, return_counts=True)
    trains = np.arange(len(rows)) - np.repeat(first, counts) < np.repeat(np.round(share * counts), counts)
    return rows[trains], rows[~trains]


def matrix(rows: NDArray[np.int64], values: Floats | None = None) -> sparse.csr_array:
    values = np.ones(len(rows)) if values is None else values
    return sparse.coo_array((values, (rows[:, 0], rows[:, 1])), shape=(USERS, ITEMS)).tocsr()


def lists_of(scores: Floats, seen: sparse.csr_array) -> NDArray[np.int64]:
    scores = np.where(seen.toarray() > 0, -np.inf, scores)
    return np.argsort(-scores, axis=1, kind="stable")[:, :K]


def quality(lists: NDArray[np.int64], test: NDArray[np.int64]) -> tuple[float, float]:
    """MAP and nDCG@10 over users with a test item, as Microsoft Recommenders defines them."""
    truth = matrix(test).toarray() > 0
    users = np.flatnonzero(truth.any(axis=1))
    hits = np.take_along_axis(truth, lists, axis=1)[users]
    sizes, places = truth[users].sum(axis=1), np.arange(1, K + 1)
    precision = (hits * np.cumsum(hits, axis=1) / places).sum(axis=1) / sizes
    gains = 1 / np.log2(places + 1)
    ideal = np.cumsum(gains)[np.minimum(sizes, K) - 1]
    return float(precision.mean()), float(((hits * gains).sum(axis=1) / ideal).mean())


def sar(train: NDArray[np.int64]) -> Floats:
    """Microsoft's: Jaccard likeness, and each rating fading by half in 30 days."""
    rows = train[:, 3]
    affinity = matrix(train, train[:, 2] * 2.0 ** (-(rows.max() - rows) / MONTH_S))
    together = (matrix(train).T @ matrix(train)).toarray()
    alone = np.diag(together)
    either = alone[:, None] + alone - together
    scores: Floats = affinity @ np.where(either > 0, together / np.maximum(either, 1), 0)
    return scores


def ease_of(train: NDArray[np.int64], ridge: float) -> tuple[Neighbours, float]:
    """The best 200 of each movie by the product's own functions, and the CPU seconds that it took."""
    seen, began = matrix(train), time.process_time()
    found = top(fit_ease((seen.T @ seen).toarray(), ridge))
    return found, time.process_time() - began


def less_popular(neighbours: Neighbours, train: NDArray[np.int64], damping: float) -> Neighbours:
    """The same neighbours with scores over popularity to that power; the product, which is told nothing true, chooses no such number."""
    worth = (np.maximum(np.bincount(train[:, 1], minlength=ITEMS), 1.0) ** -damping).astype(np.float32)
    return Neighbours(neighbours.ids, neighbours.scores * worth[neighbours.ids])


def scores_of(neighbours: Neighbours, train: NDArray[np.int64]) -> Floats:
    """What histories give each movie."""
    weights = np.zeros((ITEMS, ITEMS))
    np.put_along_axis(weights, np.maximum(neighbours.ids, 0), neighbours.scores, axis=1)
    return matrix(train) @ weights


def with_seldom(lists: NDArray[np.int64], scores: Floats, neighbours: Neighbours, train: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lists whose last places go to what is seldom listed, as they are served."""
    pages = np.bincount(train[:, 1], minlength=ITEMS).astype(float)
    kept, worth = K - places_for_seldom(K), usual(neighbours, pages)
    best = np.take_along_axis(scores, lists[:, [kept]], axis=1)[:, 0]
    over = np.stack([seldom(row.astype(np.float32), worth, float(of)) for row, of in zip(scores, best, strict=True)]).astype(float)
    np.put_along_axis(over, lists[:, :kept], -np.inf, axis=1)
    return np.concatenate([lists[:, :kept], lists_of(over, matrix(train))[:, : K - kept]], axis=1)


def chosen(train: NDArray[np.int64]) -> tuple[float, float]:
    """λ and damping that rank what four random tenths of the training part hold back best, in the mean."""
    found: dict[tuple[float, float], float] = dict.fromkeys(product(RIDGES, DAMPINGS), 0.0)
    for seed in (43, 44, 45, 46):
        fitted, held = split(train, seed, 0.9)
        for ridge in RIDGES:
            neighbours, _ = ease_of(fitted, ridge)
            for damping in DAMPINGS:
                lists = lists_of(scores_of(less_popular(neighbours, fitted, damping), fitted), matrix(fitted))
                found[ridge, damping] += quality(lists, held)[1]
    return max(found, key=found.__getitem__)


def main(short: bool = False) -> None:
    """Four lines: the check, EASE, EASE damped, and with the places for what is seldom listed."""
    train, test = split(ratings(), 42)
    seen = matrix(train)
    mean_precision, found = quality(lists_of(sar(train), seen), test)
    print(f"movies, check by SAR: MAP {mean_precision:.4f}, nDCG@10 {found:.4f} (theirs .1140, .3938)")
    ridge, damping = (600.0, 0.2) if short else chosen(train)
    for used in (0.0, damping):
        whole, seconds = ease_of(train, ridge)
        neighbours = less_popular(whole, train, used)
        scores = scores_of(neighbours, train)
        lists = lists_of(scores, seen)
        report(f"λ {ridge:.0f}, damping {used}, {seconds:.2f} s CPU", lists, test)
    report("the same, last places for what is seldom listed", with_seldom(lists, scores, neighbours, train), test)


def report(name: str, lists: NDArray[np.int64], test: NDArray[np.int64]) -> None:
    mean_precision, found = quality(lists, test)
    shown = coverage(map(tuple, lists.tolist()), ITEMS), gini(map(tuple, lists.tolist()), ITEMS)
    print(f"movies, {name}: MAP {mean_precision:.4f}, nDCG@10 {found:.4f}, coverage {shown[0]:.3f}, gini {shown[1]:.2f}", flush=True)


if __name__ == "__main__":
    main()
