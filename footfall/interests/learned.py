"""What editors' corrections teach: one-against-rest logistic regression over hashed n-grams and stems."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import sparse

from footfall.interests.vectors import Floats, matrix_of, row_of, weights_of
from footfall.interests.words import FEATURES

__all__ = ["Learned", "learn", "nothing_learned"]

RIDGE = 0.05
"""Pull of the weights to 0, where a text's weights have a length of 1."""
STEPS = 60
MOST_TEXTS = 2_000
"""The last ones given are learned from: more would take longer than they teach."""

LEVEL: Floats = np.ones(FEATURES, dtype=np.float32)
"""Every feature counts alike at first: what many corrections share is what they teach, not what is common and tells nothing."""

Table = NDArray[np.float64]
Text = tuple[str, str]
"""A text and its language."""


class Learned(NamedTuple):
    """Weights of the features that were seen, a row each, a column a topic."""

    columns: NDArray[np.int32]
    weights: Floats

    def odds(self, text: str, language: str) -> Table:
        """What a text's log-odds of each topic gain or lose; 0 of a text that shares nothing with what was learned from."""
        if not self.columns.size:
            return np.zeros(self.weights.shape[1])
        row = row_of(text, language, LEVEL)
        seen = np.isin(row.columns, self.columns)
        places = np.searchsorted(self.columns, row.columns[seen])
        return np.asarray(weights_of(row, LEVEL)[seen] @ self.weights[places], dtype=np.float64)


def nothing_learned(topics: int) -> Learned:
    """Before any editor has said anything."""
    none = np.zeros(0, dtype=np.int32)
    return Learned(none, np.zeros((0, topics), dtype=np.float32))


def learn(texts: Sequence[Text], start: Table, right: Table) -> Learned:
    """Weights that turn the log-odds ``start`` into what is right (0 or 1; a row a text, a column a topic).

    They minimise sum ln(1 + e^z) - right z + RIDGE / 2 |W|^2 with z = start + X W, by L-BFGS from 0 (Hastie, Tibshirani and Friedman, The
    Elements of Statistical Learning, 2009, 4.4). X holds the texts' weights, a row each.
    """
    texts, start, right = texts[-MOST_TEXTS:], start[-MOST_TEXTS:], right[-MOST_TEXTS:]
    rows = [row_of(text, language, LEVEL) for text, language in texts]
    columns = np.unique(np.concatenate([row.columns for row in rows]))
    seen = matrix_of([row.columns for row in rows], [weights_of(row, LEVEL) for row in rows])[:, columns].astype(np.float64)
    return Learned(columns, _fitted(seen, start, right).astype(np.float32))


def _fitted(seen: sparse.csr_matrix, start: Table, right: Table) -> Table:
    """The weights as sums of texts, W = X' A: as many unknowns as texts, not as features."""
    alike = (seen @ seen.T).toarray()

    def loss(flat: Table) -> tuple[float, Table]:
        sums = flat.reshape(start.shape)
        gained = alike @ sums
        odds = start + gained
        wrong = 1 / (1 + np.exp(-odds)) - right
        total = float((np.logaddexp(0, odds) - right * odds).sum() + RIDGE / 2 * (sums * gained).sum())
        return total, (alike @ wrong + RIDGE * gained).ravel()

    # scipy reads this room when it is first named: a seventh of what the server would read before it starts.
    found = scipy.optimize.minimize(loss, np.zeros(start.size), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return np.asarray(seen.T @ np.asarray(found.x).reshape(start.shape))
