"""What visits like this one went on to: V-SkNN over posting lists, and nothing that fewer than the cohort did.

Ludewig, Mauro, Latifi, Jannach, "Empirical analysis of session-based recommendation algorithms" (UMUAI 2021). A past visit weighs what it
shares with this one, later pages more; what it saw besides is credited by how late the last shared page is here. Both depend only on
*which* pages are shared. So visits are taken by that, and a group of them speaks for a page only where ``COHORT`` of them saw it; those
of groups too small speak by their last shared page alone, or not at all. Every number of visits that a score is made of is in whole
cohorts: a made-up history cannot ask what one visitor did, and one visit more moves nothing but a number that it fills up.
"""

from collections.abc import Iterable, Sequence
from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from footfall.interests.neighbours import Floats, Ints

__all__ = ["COHORT", "SessionIndex", "Settings", "Shared", "index_sessions"]

Counts = NDArray[np.int64]
COHORT = 20
"""Visits, as many as anything needs that leaves a portal by its own staff's hand (the policy ``outside``): lists are read by anybody."""
LAST = 8
"""Pages of the history that are asked by; more would be rarer together than the cohort anyway."""


class Shared(msgspec.Struct, frozen=True):
    """What past visits speak for: positions, scores, and the page of the history that each owes most to."""

    ids: Ints
    scores: NDArray[np.float32]
    of: Ints


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Of V-SkNN."""

    neighbours: int = 500
    """Visits that are listened to, the most alike first."""
    sample: int = 5_000
    """Latest visits with a page in common that are looked at."""
    idf: float = 5.0
    """How much more a rare page counts: a score is times 1 + idf · ln(visits / visits with it)."""
    cohort: int = COHORT


class SessionIndex:
    """Visits as posting lists. Nothing is learned: a new visit counts as soon as it is indexed."""

    def __init__(self, visits: sparse.csr_array, settings: Settings) -> None:
        self._visits, self._settings = visits, settings
        self._of_item = sparse.csc_array(visits)
        size, seen = self._whole(np.array([visits.shape[0]], dtype=np.int64)), self.seen
        self._rarity = 1 + settings.idf * np.log(np.maximum(size, settings.cohort) / np.maximum(seen, settings.cohort))

    @property
    def size(self) -> int:
        return int(self._visits.shape[0])

    @property
    def seen(self) -> Counts:
        """Visits that saw each item, in whole cohorts; 0 where fewer did."""
        return self._whole(np.diff(self._of_item.indptr).astype(np.int64))

    @property
    def items(self) -> int:
        return int(self._visits.shape[1])

    def _whole(self, visits: Counts) -> Counts:
        """In whole cohorts, rounded down."""
        found: Counts = visits // self._settings.cohort * self._settings.cohort
        return found

    def ask(self, history: Sequence[int]) -> Shared:
        """What speaks for what after ``history``, oldest first, positions of items. Nothing where no page of it is known enough."""
        asked = _last_distinct(history)
        rows, masks = self._nearest(asked)
        if not len(rows):
            return Shared(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int32))
        groups, label = np.unique(masks, return_inverse=True)
        items, counts = self._seen_by(rows, label, len(groups))
        last = np.array([int(mask).bit_length() - 1 for mask in groups])
        shares, of = self._spoken(groups, counts, last, len(asked))
        scores = shares.sum(axis=0) * self._rarity[items]
        held = scores > 0
        owed = np.array(asked, dtype=np.int32)[of[shares.argmax(axis=0)]]
        return Shared(items[held], scores[held].astype(np.float32), owed[held])

    def _nearest(self, asked: list[int]) -> tuple[Ints, Counts]:
        """The visits that are listened to, and as bits which pages of ``asked`` each shares; the latest first among equals."""
        sample = self._settings.sample
        postings = [self._of_item.indices[self._of_item.indptr[page] : self._of_item.indptr[page + 1]][-sample:] for page in asked]
        rows = np.concatenate([np.zeros(0, dtype=np.int32), *postings])
        if not len(rows):
            return rows, np.zeros(0, dtype=np.int64)
        first = int(rows.min())
        bits = np.repeat(1 << np.arange(len(asked)), [len(posting) for posting in postings])
        shared = np.bincount(rows - first, weights=bits).astype(np.int64)
        latest = np.flatnonzero(shared > 0)[: -sample - 1 : -1]
        ranks = _ranks(len(asked))[_known_enough(shared[latest], self._settings.cohort)]
        kept = latest[np.argsort(ranks, kind="stable")[: self._settings.neighbours]]
        return (kept + first).astype(np.int32), shared[kept]

    def _seen_by(self, rows: Ints, label: Counts, groups: int) -> tuple[Ints, Counts]:
        """Items that any of the visits saw, and how many of each group did, a row a group."""
        starts, sizes = self._visits.indptr[rows], self._visits.indptr[rows + 1] - self._visits.indptr[rows]
        ends = np.cumsum(sizes)
        flat = np.arange(ends[-1]) + np.repeat(starts - ends + sizes, sizes)
        items, at = np.unique(self._visits.indices[flat], return_inverse=True)
        cells = np.bincount(np.repeat(label, sizes) * len(items) + at, minlength=groups * len(items))
        return items, cells.reshape(groups, len(items))

    def _spoken(self, groups: Counts, counts: Counts, last: Counts, size: int) -> tuple[Floats, Counts]:
        """What each group says of each item, then what those say by their last page that fill no cohort of their group; and that page."""
        kept = self._whole(counts)
        is_last = (np.arange(size)[:, None] == last).astype(np.int64)
        left = self._whole(is_last @ (counts - kept))
        weights = np.array([_weight(int(mask), size) for mask in (*groups.tolist(), *(1 << np.arange(size)).tolist())])
        said = np.concatenate([kept, left]) * weights[:, None]
        return said, np.concatenate([last, np.arange(size)])


def _known_enough(masks: Counts, cohort: int) -> Counts:
    groups, at, visits = np.unique(masks, return_inverse=True, return_counts=True)
    last = np.array([1 << (int(mask).bit_length() - 1) for mask in groups])
    return np.where(visits >= cohort, groups, last)[at]


def _last_distinct(history: Sequence[int]) -> list[int]:
    """Oldest first, each at its last place."""
    return list(dict.fromkeys(reversed(history)))[:LAST][::-1]


@cache
def _ranks(size: int) -> NDArray[np.uint16]:
    """By the pages shared, as bits: how many sets of pages are more alike."""
    likeness = np.array([_likeness(mask, size) for mask in range(1 << size)])
    return np.unique(-likeness, return_inverse=True)[1].astype(np.uint16)


def _likeness(mask: int, size: int) -> float:
    return sum(((at + 1) / size) ** 2 for at in range(size) if mask >> at & 1) / size


def _weight(mask: int, size: int) -> float:
    """Likeness, less by the square of how many steps ago the last shared page was."""
    return _likeness(mask, size) / (size - mask.bit_length() + 1) ** 2


def index_sessions(visits: Iterable[Sequence[int]], size: int, settings: Settings | None = None) -> SessionIndex:
    """An index of visits, oldest first, each a list of positions below ``size``; what a visit saw twice counts once."""
    lists = [sorted(set(visit)) for visit in visits]
    starts = np.cumsum([0, *map(len, lists)])
    pages = np.fromiter((page for visit in lists for page in visit), dtype=np.int32, count=int(starts[-1]))
    found = sparse.csr_array((np.ones(len(pages), dtype=np.int8), pages, starts), shape=(len(lists), size))
    return SessionIndex(found, settings or Settings())
