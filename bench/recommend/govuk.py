"""Next page on GOV.UK: 1,758 sequences of pages with their counts, each asked once, of a model that was learned without it.

Five folds of the sequences. A sequence is as many visits as it was counted; after each page the next one is asked for, by that page
alone, as Model.recommend serves it, without rules. A page's text is its address. Weights are chosen by fold on a fifth of the fold's
training part. A few sequences have most of the visits, so the figure over all visits and the mean of the folds differ: both are said, and
the one that counts each sequence once.
"""

import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise, product

import numpy as np
from scipy import sparse

from bench.recommend.data import DATA
from footfall.interests.items import Item
from footfall.interests.learning import Counts, learn
from footfall.interests.recommender import Model
from footfall.interests.request import Request

K, FOLDS, NOW_MS = 10, 5, 1
TEXT, POPULAR = (0.6, 1.0, 1.5, 2.5), (0.2, 0.5, 0.8)
Visits = list[tuple[tuple[str, ...], int]]
Steps = Mapping[str, Counter[str]]


class Letters:
    """TF-IDF over n-grams of letters, 3 to 5, of addresses: what the model asks for likeness."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self._ids = list(texts)
        self._at = {id: at for at, id in enumerate(self._ids)}
        known: dict[str, int] = {}
        cells = [
            (row, known.setdefault(gram, len(known)), times)
            for row, text in enumerate(texts.values())
            for gram, times in _grams(text).items()
        ]
        rows, columns, times = np.array(cells).T
        found = sparse.csr_array((1 + np.log(times), (rows, columns)), shape=(len(texts), len(known)))
        rarity = np.log((1 + len(texts)) / (1 + np.bincount(columns))) + 1
        found = found @ sparse.diags_array(rarity)
        self._rows = sparse.csr_array(sparse.diags_array(1 / np.sqrt(found.power(2).sum(axis=1))) @ found)

    def similar(self, of: int | str, n: int) -> list[tuple[int, float]]:
        if not isinstance(of, int):
            return []
        scores = (self._rows @ self._rows[[self._at[of]]].T).toarray().ravel()
        scores[self._at[of]] = 0
        best = np.argsort(-scores, kind="stable")[:n]
        return [(self._ids[at], float(scores[at])) for at in best if scores[at] > 0]


def _grams(text: str) -> Counter[str]:
    return Counter(text[at : at + size] for size in (3, 4, 5) for at in range(len(text) - size + 1))


def sequences() -> Visits:
    """Pages of each sequence without reloads, and how many visits it was."""
    with gzip.open(DATA / "govuk" / "unique_sequences_weights.csv.gz", "rt") as rows:
        read = [(row["PageSequence"].split(">>"), int(row["Occurrences"])) for row in csv.DictReader(rows)]
    found = [(tuple(page for at, page in enumerate(pages) if not at or page != pages[at - 1]), times) for pages, times in read]
    return [(pages, times) for pages, times in found if len(pages) > 1]


def model_of(items: Sequence[Item], texts: Letters, visits: Visits) -> Model:
    pairs: Counter[tuple[str, str]] = Counter()
    pages: Counter[str] = Counter()
    for seen, times in visits:
        distinct = sorted(set(seen))
        pages.update(dict.fromkeys(distinct, times))
        pairs.update(dict.fromkeys(combinations(distinct, 2), times))
    return learn(items, {1: Counts(pairs=pairs, pages=pages, visitors=sum(times for _, times in visits))}, texts)


def steps(visits: Iterable[tuple[tuple[str, ...], int]], *, once: bool = False) -> Steps:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for pages, times in visits:
        for page, after in pairwise(pages):
            found[page][after] += 1 if once else times
    return found


class Asked:
    """HR@10 and MRR of one way of listing, over steps."""

    def __init__(self) -> None:
        self.total = self.hits = self.reciprocal = 0.0

    def add(self, listed: Sequence[str], wanted: Counter[str]) -> None:
        for page, times in wanted.items():
            self.total += times
            if page in listed:
                self.hits += times
                self.reciprocal += times / (listed.index(page) + 1)

    def figures(self) -> tuple[float, float]:
        return self.hits / self.total, self.reciprocal / self.total


def asked(model: Model, items: Mapping[str, Item], wanted: Steps, weights: Mapping[str, float]) -> Asked:
    path, found = {item.id: item.path for item in items.values()}, Asked()
    for page, after in wanted.items():
        listed = model.recommend(Request(site=1, current=items[page].id, n=K, now_ms=NOW_MS, weights=weights))
        found.add([path[choice.item] for choice in listed], after)
    return found


def chosen(items: Mapping[str, Item], texts: Letters, train: Visits, seed: int) -> dict[str, float]:
    """The weights that rank the next pages of a fifth of the training part best."""
    order = np.random.default_rng(seed).permutation(len(train))
    cut = len(train) // FOLDS
    model = model_of(list(items.values()), texts, [train[at] for at in order[cut:]])
    wanted = steps([train[at] for at in order[:cut]], once=True)
    tried = [{"text": text, "popular": popular} for text, popular in product(TEXT, POPULAR)]
    return max(tried, key=lambda weights: sum(asked(model, items, wanted, weights).figures()))


def main(short: bool = False) -> None:
    """A line for each of text alone, co-visits alone, and the blend."""
    visits = sequences()
    pages = sorted({page for seen, _ in visits for page in seen})
    items = {page: Item(id=at, site=1, path=page, url=page, title=re.sub("[/-]", " ", page)) for at, page in enumerate(pages, 1)}
    texts = Letters({item.id: page for page, item in items.items()})
    fold = np.random.default_rng(7).permutation(len(visits)) % FOLDS
    only = {"text": {"pairs": 0.0, "often": 0.0, "popular": 0.0}, "co-visits": {"text": 0.0, "often": 0.0, "popular": 0.0}}
    found: dict[str, list[tuple[Asked, Asked]]] = defaultdict(list)
    for number in range(1 if short else FOLDS):
        train = [visit for visit, of in zip(visits, fold, strict=True) if of != number]
        test = [visit for visit, of in zip(visits, fold, strict=True) if of == number]
        model = model_of(list(items.values()), texts, train)
        weights = chosen(items, texts, train, number)
        print(f"govuk, fold {number}: weights {weights}", flush=True)
        for name, these in (only | {"blend": weights}).items():
            found[name].append((asked(model, items, steps(test), these), asked(model, items, steps(test, once=True), these)))
    for name, both in found.items():
        all_hits, all_mrr = _pooled([weighed for weighed, _ in both])
        once_hits, once_mrr = _pooled([once for _, once in both])
        mean_hits, mean_mrr = np.mean([weighed.figures() for weighed, _ in both], axis=0)
        print(
            f"govuk, {name}: HR@10 {all_hits:.3f}, MRR@10 {all_mrr:.3f} over all visits; {mean_hits:.3f}, {mean_mrr:.3f} mean of folds;"
            f" {once_hits:.3f}, {once_mrr:.3f} each sequence once"
        )


def _pooled(several: Sequence[Asked]) -> tuple[float, float]:
    total = sum(one.total for one in several)
    return sum(one.hits for one in several) / total, sum(one.reciprocal for one in several) / total


if __name__ == "__main__":
    main()
