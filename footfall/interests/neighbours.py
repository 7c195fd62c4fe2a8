"""For every item the items it speaks for, best first: what serving reads."""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["NEIGHBOURS", "Floats", "Ints", "Neighbours", "none_of", "top", "top_sparse"]

NEIGHBOURS = 200

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int32]


class Neighbours(msgspec.Struct, frozen=True):
    """Row ``i``: positions and scores of what ``i`` speaks for, or against below 0; -1 and 0 fill up what is missing."""

    ids: Ints
    scores: NDArray[np.float32]

    def of(self, position: int) -> tuple[Ints, NDArray[np.float32]]:
        """Positions and scores, those that say most first."""
        scores = self.scores[position]
        held = int(np.count_nonzero(scores))
        return self.ids[position, :held], scores[:held]


def none_of(size: int) -> Neighbours:
    """Nobody speaks for anything."""
    return Neighbours(np.full((size, 0), -1, dtype=np.int32), np.zeros((size, 0), dtype=np.float32))


def top(scores: Floats, most: int = NEIGHBOURS) -> Neighbours:
    """The ``most`` scores of each row of a square matrix that are furthest from 0; equal ones in the order of their positions."""
    ids = np.argsort(-np.abs(scores), axis=1, kind="stable")[:, : min(most, scores.shape[1])].astype(np.int32)
    kept = np.take_along_axis(scores, ids, axis=1).astype(np.float32)
    return Neighbours(np.where(kept != 0, ids, -1).astype(np.int32), kept)


def top_sparse(scores: sparse.csr_array, most: int = NEIGHBOURS) -> Neighbours:
    """``top`` of a sparse matrix, a row at a time."""
    size = scores.shape[0]
    width = min(most, int(np.diff(scores.indptr).max(initial=0)))
    ids, kept = np.full((size, width), -1, dtype=np.int32), np.zeros((size, width), dtype=np.float32)
    for row in range(size):
        part = slice(scores.indptr[row], scores.indptr[row + 1])
        order = np.argsort(-scores.data[part], kind="stable")[:width]
        ids[row, : len(order)], kept[row, : len(order)] = scores.indices[part][order], scores.data[part][order]
    return Neighbours(ids, kept)
