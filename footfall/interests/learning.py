"""From drawn counts to a model. Pure functions: what is learned depends on what is given and on nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from footfall.interests.covisits import COHORT, conditional, gram, pair_matrix, popularity_of
from footfall.interests.ease import DEAREST, fit_ease, noise_ridge
from footfall.interests.explore import Shown
from footfall.interests.items import Item
from footfall.interests.neighbours import Ints, Neighbours, none_of, top, top_sparse
from footfall.interests.recommender import Known, Model, Texts
from footfall.interests.shelf import put_on_shelf

__all__ = ["Counts", "content_vectors", "known_of", "learn", "usual", "version_of"]

RIDGE = 200.0
"""λ of EASE where noise, by its largest eigenvalue, asks for no more: it is flat between 200 and 800 on MovieLens-100k."""
DIMENSIONS = 64


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one portal: drawn numbers, and nothing of any visit. Pages are by path; an item's own."""

    pairs: Mapping[tuple[str, str], float] = {}
    """Visitors that saw both, drawn (mart ``co_visit``), summed over the weeks."""
    pages: Mapping[str, float] = {}
    """Visitors, drawn (mart ``page``), summed over the same weeks."""
    visitors: float = 0.0
    """Of the whole portal, drawn (mart ``portal``), summed over the same weeks; 0 where nobody knows."""
    sigma: float = 0.0
    """Of the noise of a pair's sum: the mart's σ · √weeks."""
    rising: Mapping[str, float] = {}
    """How much a page rises, above 0."""
    shown: Mapping[str, Shown] = {}
    """By placement."""


def learn(items: Sequence[Item], counts: Mapping[int, Counts], texts: Texts | None = None) -> Model:
    """A model of all items, by portal. A portal without counts is recommended by text, topics, district and freshness."""
    known = known_of(items, counts)
    return Model(known, texts, version_of(known))


def known_of(items: Sequence[Item], counts: Mapping[int, Counts]) -> dict[int, Known]:
    """What a model holds, by portal."""
    by_site = groupby(sorted(items, key=lambda item: (item.site, item.id)), key=lambda item: item.site)
    return {site: _learn_portal(list(of_site), counts.get(site, Counts())) for site, of_site in by_site}


def _learn_portal(items: Sequence[Item], counts: Counts) -> Known:
    shelf = put_on_shelf(items)
    at = {item.path: shelf.at[item.id] for item in items}
    pages = np.array([counts.pages.get(item.path, 0.0) for item in items])
    found = {(at[one], at[other]): visitors for (one, other), visitors in counts.pairs.items() if one in at and other in at}
    pairs = pair_matrix(found, len(items))
    seen = popularity_of(pairs, pages)
    by_pairs, ease = top_sparse(conditional(pairs, pages)), _ease(pairs, pages, counts.sigma)
    return Known(
        shelf=shelf,
        pairs=by_pairs,
        ease=ease,
        usual=usual(ease, pages),
        popular=_popular(seen),
        often=_often(seen, counts.visitors),
        rising=_rising(at, counts.rising),
        vectors=content_vectors(items),
        shown=counts.shown,
    )


def _ease(pairs: sparse.csr_array, pages: NDArray[np.float64], sigma: float) -> Neighbours:
    """Over the items that have a pair; nobody speaks for the others."""
    size = pairs.shape[0]
    paired = np.flatnonzero(np.diff(pairs.indptr))
    if not len(paired) or len(paired) > DEAREST:
        return none_of(size)
    few = sparse.csr_array(pairs[paired][:, paired])
    found = top(fit_ease(gram(few, pages[paired]), max(RIDGE, noise_ridge(sigma, few.nnz / len(paired)))))
    ids, scores = np.full((size, found.ids.shape[1]), -1, dtype=np.int32), np.zeros((size, found.ids.shape[1]), dtype=np.float32)
    ids[paired], scores[paired] = np.where(found.ids >= 0, paired[found.ids], -1), found.scores
    return Neighbours(ids, scores)


def usual(neighbours: Neighbours, pages: NDArray[np.float64]) -> NDArray[np.float32]:
    """The root of what all pages' visitors give each item, squared: √Σ visitors · score², the most usual 1."""
    given = np.zeros(len(pages))
    weights = (pages[:, None] * np.maximum(neighbours.scores, 0) ** 2).ravel()
    np.add.at(given, neighbours.ids.ravel()[weights > 0], weights[weights > 0])
    found: NDArray[np.float32] = np.sqrt(given / max(float(given.max(initial=0)), 1e-12)).astype(np.float32)
    return found


def _popular(pages: NDArray[np.float64]) -> NDArray[np.float32]:
    """Logarithm of visitors, the most popular 1; pages of fewer than the cohort 0."""
    heard = np.log1p(np.where(pages >= COHORT, pages, 0))
    found: NDArray[np.float32] = (heard / max(float(heard.max(initial=0)), 1e-12)).astype(np.float32)
    return found


def _often(pages: NDArray[np.float64], visitors: float) -> NDArray[np.float32]:
    """Share of all visitors that saw each page, at most 1; 0 where those are fewer than the cohort, or nobody knows how many came."""
    heard = np.where(pages >= COHORT, pages, 0)
    return np.minimum(heard / visitors if visitors > 0 else 0 * heard, 1).astype(np.float32)


def _rising(at: Mapping[str, int], rising: Mapping[str, float]) -> tuple[Ints, NDArray[np.float32]]:
    found = sorted((at[path], value) for path, value in rising.items() if path in at and value > 0)
    return np.array([position for position, _ in found], dtype=np.int32), np.array([value for _, value in found], dtype=np.float32)


def content_vectors(items: Sequence[Item]) -> NDArray[np.float32]:
    """A row of length 1 for each item, of its title's letters in threes and its topics, hashed into 64 places with a sign.

    Two items' product is how alike they are: for telling a list's items apart, not for finding any.
    """
    found = np.zeros((len(items), DIMENSIONS), dtype=np.float32)
    for row, item in enumerate(items):
        for word, weight in _features(item):
            hashed = crc32(word.encode())
            found[row, hashed % DIMENSIONS] += weight if hashed & 0x80000000 else -weight
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    found /= np.where(lengths > 0, lengths, 1)
    return found


def _features(item: Item) -> Iterable[tuple[str, float]]:
    title = f" {item.title.casefold()} "
    yield from ((title[at : at + 3], 1.0) for at in range(len(title) - 2))
    yield from ((f"topic:{topic}", 3.0 * score) for topic, score in item.topics)


def version_of(known: Mapping[int, Known]) -> str:
    """The same for the same catalogue and drawn numbers."""
    digest = blake2b(digest_size=6)
    for site in sorted(known):
        one = known[site]
        parts = (
            one.shelf.ids,
            one.shelf.weight,
            one.pairs.ids,
            one.pairs.scores,
            one.ease.ids,
            one.ease.scores,
            one.popular,
            one.often,
            *one.rising,
        )
        digest.update(str(site).encode())
        for part in parts:
            digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()
