"""Texts that resemble each other: an index that has a new item at once, so that it can be recommended before anybody has looked at it."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from footfall.interests.vectors import Floats, Row, idf_of, matrix_of, row_of, weights_of
from footfall.interests.words import FEATURES

__all__ = ["Base", "Likenesses", "TextIndex", "likenesses_of", "rows_of", "text_of"]

FIRST_LETTERS = 1_500
BLOCK_ROWS = 64
"""New texts that wait one by one before they are put together."""
DECIMALS = 5
"""Of a likeness: sums of the same numbers in another order are equal to these."""
NEARLY = 10 * 10**-DECIMALS
"""How much further than the least of the best a text may be to be looked at whole: sums of other orders are not further apart."""
WEIGHED_AT_ONCE = 1_000
"""Up to here an addition may weigh all texts anew (under 50 ms); above, ``refresh`` does."""
COMMON_SHARE = 0.25
"""A feature of more of the texts than this is common: it says little of each, and takes most of the time."""


Text = tuple[int, str, str]
"""Id, text and language."""


class Block(NamedTuple):
    """Texts together: their ids (-1 is gone) and weights, a row each."""

    ids: NDArray[np.int64]
    weights: sparse.csc_matrix | sparse.csr_matrix


class Base(NamedTuple):
    """The texts that were weighed together: what tells of them by feature, what is common by text."""

    ids: NDArray[np.int64]
    telling: sparse.csc_matrix
    """A row a text; columns of common features are empty."""
    common: sparse.csr_matrix
    """A row a text, a column a common feature."""
    place: NDArray[np.int32]
    """Column of each feature in ``common``; -1 where it is telling."""
    most: Floats
    """What common features can say of each text at most: the length of its row."""


class Likenesses(NamedTuple):
    """What was found out ahead of texts that were weighed together: rows in ascending order of ids."""

    ids: NDArray[np.int64]
    alike: NDArray[np.int64]
    """Ids, best first; -1 fills up what is missing."""
    scores: Floats


class Held(NamedTuple):
    """What a question reads: replaced as a whole by whoever writes, so that readers need no lock."""

    idf: Floats
    base: Base
    blocks: tuple[Block, ...]
    new: tuple[tuple[NDArray[np.int64], NDArray[np.int32], Floats], ...]


def rows_of(texts: Iterable[Text], idf: Floats) -> list[tuple[int, Row]]:
    """What is kept of each text, with its id; a third of a millisecond a text."""
    return [(id, row_of(text, language, idf)) for id, text, language in texts]


def likenesses_of(base: Base, n: int) -> Likenesses:
    """What ``TextIndex.similar`` says of each text and the n most like it; 1.1 ms a text where there are 10,000."""
    telling, features = base.telling.tocsr(), np.flatnonzero(base.place >= 0).astype(np.int32)
    ids, scores = np.full((len(base.ids), n), -1, dtype=np.int64), np.zeros((len(base.ids), n), dtype=np.float32)
    for row, asked in enumerate(base.ids):
        tells, shares = telling[row], base.common[row]
        columns, weights = np.concatenate([tells.indices, features[shares.indices]]), np.concatenate([tells.data, shares.data])
        found = _best(*_of_base(base, columns, weights, int(asked), n), n) if columns.size else []
        ids[row, : len(found)], scores[row, : len(found)] = [id for id, _ in found], [score for _, score in found]
    order = np.argsort(base.ids, kind="stable")
    return Likenesses(base.ids[order], ids[order], scores[order])


def text_of(title: str, summary: str = "", text: str = "") -> str:
    """What of an item is compared: its title counts twice, its text by its beginning."""
    return "\n".join((title, title, summary, text[:FIRST_LETTERS]))


class TextIndex:
    """Texts by id, and which are most like one: cosine of TF-IDF over n-grams of characters (3 to 5) and stemmed words.

    Nothing is random: the same texts in the same order answer the same. One may write while any number read.
    """

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}
        self._weighed, self._is_moved = 0, False
        self._ahead: tuple[Base, Likenesses] | None = None
        self._held = self._weigh()

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, id: int) -> bool:
        return id in self._rows

    @property
    def idf(self) -> Floats:
        """How rare each feature is, as was counted last."""
        return self._held.idf

    def fill(self, texts: Iterable[Text]) -> None:
        """Add many and weigh all at the end: what a start does."""
        self.fill_rows(rows_of(texts, self.idf))

    def fill_rows(self, rows: Iterable[tuple[int, Row]]) -> None:
        """``fill`` with what ``rows_of`` made of texts."""
        for id, row in rows:
            self._rows.pop(id, None)
            self._rows[id] = row
        self._held = self._weigh()

    def add(self, id: int, text: str, language: str = "") -> None:
        """Add a text, or put it in the place of what had its id; it is found from now on, weighed by what was known of the others."""
        self.remove(id)
        row = row_of(text, language, self._held.idf)
        self._rows[id], self._is_moved = row, True
        if len(self._rows) <= WEIGHED_AT_ONCE and len(self._rows) >= 2 * self._weighed:
            self.refresh()
            return
        new = (*self._held.new, (np.array([id], dtype=np.int64), row.columns, weights_of(row, self._held.idf)))
        self._held = self._held._replace(new=new) if len(new) < BLOCK_ROWS else self._folded(new)

    def remove(self, id: int) -> None:
        """Find it no more; an id that is not there is no fault."""
        if self._rows.pop(id, None) is not None:
            self._is_moved = True
            for ids in (self._held.base.ids, *(block.ids for block in self._held.blocks), *(ids for ids, _, _ in self._held.new)):
                ids[ids == id] = -1

    def refresh(self) -> None:
        """Count anew how rare each feature is and weigh all texts by it (0.3 s at 10,000); nothing where none came or went since."""
        if self._is_moved:
            self._held = self._weigh()

    @property
    def weighed(self) -> Base | None:
        """What ``likenesses_of`` needs; ``None`` where that is not all that there is."""
        return None if self._is_moved else self._held.base

    def know(self, base: Base, found: Likenesses) -> None:
        """Answer by what was found out of ``base`` for as long as that is all that there is."""
        self._ahead = base, found

    def similar(self, asked: int | str, n: int, *, language: str = "") -> list[tuple[int, float]]:
        """The n texts most like a text, or like the one of an id (itself left out), as (id, likeness over 0, at most 1), best first.

        Of equal ones the one that was added first. Nothing where the id is not there, or the text has no word.
        """
        held = self._held
        if isinstance(asked, int) and not self._is_moved and self._ahead and self._ahead[0] is held.base:
            known = _known(self._ahead[1], asked, n)
            if known is not None:
                return known
        row = self._rows.get(asked) if isinstance(asked, int) else row_of(asked, language, held.idf)
        if row is None or not row.columns.size or n < 1:
            return []
        ids, scores = _scores(held, row, asked if isinstance(asked, int) else -1, n)
        return _best(ids, scores, n)

    def _weigh(self) -> Held:
        rows = list(self._rows.values())
        idf = idf_of(rows)
        weights = matrix_of([row.columns for row in rows], [weights_of(row, idf) for row in rows]).tocsc()
        self._weighed, self._is_moved = len(rows), False
        return Held(idf, _parted(np.array(list(self._rows), dtype=np.int64), weights), (), ())

    def _folded(self, new: tuple[tuple[NDArray[np.int64], NDArray[np.int32], Floats], ...]) -> Held:
        block = Block(np.concatenate([ids for ids, _, _ in new]), matrix_of([row for _, row, _ in new], [weights for _, _, weights in new]))
        return self._held._replace(blocks=(*self._held.blocks, block), new=())


def _known(ahead: Likenesses, asked: int, n: int) -> list[tuple[int, float]] | None:
    """``None`` where fewer were found out, or nothing of that text."""
    row = int(np.searchsorted(ahead.ids, asked))
    if n > ahead.alike.shape[1] or row == len(ahead.ids) or ahead.ids[row] != asked:
        return None
    held = slice(int(np.count_nonzero(ahead.scores[row, : max(0, n)])))
    alike, scores = ahead.alike[row, held].tolist(), ahead.scores[row, held].tolist()
    return [(id, round(score, DECIMALS)) for id, score in zip(alike, scores, strict=True)]


def _parted(ids: NDArray[np.int64], weights: sparse.csc_matrix) -> Base:
    times = np.diff(weights.indptr)
    is_common = times > COMMON_SHARE * len(ids)
    place = np.full(FEATURES, -1, dtype=np.int32)
    place[is_common] = np.arange(int(is_common.sum()), dtype=np.int32)
    common = weights[:, np.flatnonzero(is_common)].tocsr()
    kept = ~np.repeat(is_common, times)
    starts = np.concatenate([[0], np.cumsum(np.where(is_common, 0, times))])
    telling = sparse.csc_matrix((weights.data[kept], weights.indices[kept], starts), shape=weights.shape)
    lengths = np.sqrt(np.asarray(common.multiply(common).sum(axis=1), dtype=np.float32).ravel())
    return Base(ids, telling, common, place, lengths)


def _scores(held: Held, row: Row, asked: int, n: int) -> tuple[NDArray[np.int64], Floats]:
    """Ids and likenesses of all texts that may be among the best n, in the order in which they were added; 0 of ``asked`` itself."""
    weights = weights_of(row, held.idf)
    ids, scores = _of_base(held.base, row.columns, weights, asked, n)
    if not held.blocks and not held.new:
        return ids, scores
    full = np.zeros(FEATURES, dtype=np.float32)
    full[row.columns] = weights
    new = np.concatenate([*(block.ids for block in held.blocks), *(one for one, _, _ in held.new)])
    found = np.concatenate(
        [*(block.weights @ full for block in held.blocks), *([np.array([kept @ full[columns]]) for _, columns, kept in held.new])]
    )
    return np.concatenate([ids, new]), np.concatenate([scores, _rounded(np.where((new >= 0) & (new != asked), found, 0))])


def _of_base(base: Base, columns: NDArray[np.int32], weights: Floats, asked: int, n: int) -> tuple[NDArray[np.int64], Floats]:
    """What tells is summed for all texts. What is common is added only where, at its most, it would bring a text among the best n."""
    place = base.place[columns]
    is_common = place >= 0
    live = (base.ids >= 0) & (base.ids != asked)
    telling: Floats = np.where(live, base.telling[:, columns[~is_common]] @ weights[~is_common], -1).astype(np.float32)
    shared = np.zeros(base.common.shape[1], dtype=np.float32)
    shared[place[is_common]] = weights[is_common]
    at = np.flatnonzero(live)
    if len(at) > n:
        first = np.argpartition(-telling, n - 1)[:n]
        least = float((telling[first] + base.common[first] @ shared).min())
        reach = telling + base.most * np.float32(np.sqrt(shared @ shared))
        at = np.flatnonzero(live & (reach >= least - NEARLY))
    return base.ids[at], _rounded(telling[at] + base.common[at] @ shared)


def _rounded(scores: NDArray[np.floating]) -> Floats:
    found: Floats = np.maximum(scores, 0).round(DECIMALS).astype(np.float32)
    return found


def _best(ids: NDArray[np.int64], scores: Floats, n: int) -> list[tuple[int, float]]:
    live = np.flatnonzero(scores)
    if live.size > n > 0:
        limit = np.partition(scores[live], live.size - n)[live.size - n]
        live = live[scores[live] >= limit]
    order = live[np.argsort(-scores[live], kind="stable")][: max(0, n)]
    return [(int(ids[place]), min(1.0, round(float(scores[place]), DECIMALS))) for place in order]
