"""Rows of weights over hashed features (TF-IDF), and matrices of them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from footfall.interests.words import FEATURES, terms_of

__all__ = ["Floats", "Row", "idf_of", "matrix_of", "row_of", "weights_of"]

STEMS_SHARE = 0.25
"""How much of a likeness is of stems; the rest is of n-grams."""
MOST_GRAMS, MOST_STEMS = 160, 64
"""Features of a text that are kept, those that tell most: a long text costs no more than a paragraph."""

Floats = NDArray[np.float32]


class Row(NamedTuple):
    """A text's features in ascending order, and 1 + log of how often each is there."""

    columns: NDArray[np.int32]
    counts: Floats


def row_of(text: str, language: str, idf: Floats) -> Row:
    """What is kept of a text, by how rare features are in others."""
    terms = terms_of(text, language)
    grams = _most_telling(terms.grams, terms.grams_counts, idf, MOST_GRAMS)
    stems = _most_telling(terms.stems, terms.stems_counts, idf, MOST_STEMS)
    return Row(np.concatenate([grams.columns, stems.columns]), np.concatenate([grams.counts, stems.counts]))


def idf_of(rows: Sequence[Row]) -> Floats:
    """ln((1 + texts) / (1 + texts with the feature)) + 1, of every feature; 1 where there is no text."""
    found = np.bincount(np.concatenate([row.columns for row in rows]), minlength=FEATURES) if rows else np.zeros(FEATURES)
    return np.asarray(np.log((1 + len(rows)) / (1 + found)) + 1, dtype=np.float32)


def weights_of(row: Row, idf: Floats) -> Floats:
    """Weights of a row, whose squares add up to 1 at most: stems have their share of it, n-grams theirs."""
    weights: Floats = row.counts * idf[row.columns]
    first_stem = int(np.searchsorted(row.columns, FEATURES // 2))
    for part, share in ((weights[:first_stem], 1 - STEMS_SHARE), (weights[first_stem:], STEMS_SHARE)):
        total = float(np.sqrt(part @ part))
        part *= np.sqrt(share) / total if total else 0
    return weights


def matrix_of(columns: Sequence[NDArray[np.int32]], weights: Sequence[Floats]) -> sparse.csr_matrix:
    """A row a text, over all features."""
    if not columns:
        return sparse.csr_matrix((0, FEATURES), dtype=np.float32)
    starts = np.concatenate([[0], np.cumsum([row.size for row in columns])])
    return sparse.csr_matrix((np.concatenate(weights), np.concatenate(columns), starts), shape=(len(columns), FEATURES))


def _most_telling(columns: NDArray[np.int64], times: NDArray[np.int64], idf: Floats, most: int) -> Row:
    counts = (1 + np.log(times)).astype(np.float32)
    if columns.size > most:
        kept = np.sort(np.argsort(-counts * idf[columns], kind="stable")[:most])
        columns, counts = columns[kept], counts[kept]
    return Row(columns.astype(np.int32), counts)
