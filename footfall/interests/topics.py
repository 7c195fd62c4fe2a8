"""Which topics an item is of: by its path, by the taxonomy's words, and by what editors have said of others."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footfall.interests.learned import Learned, learn, nothing_learned
from footfall.interests.lexicon import Lexicon, Part
from footfall.interests.taxonomy import Taxonomy, Topic, read_taxonomy, taxonomy
from footfall.interests.text import text_of

__all__ = ["Classifier", "Labelled", "Said", "Taxonomy", "Topic", "read_taxonomy", "taxonomy"]

LEAST, HALF, MOST = 0.2, 0.5, 3
"""A topic is said from this score on, if it is at least half that of the best; and no more than three of an item."""
OF_ITS_PATH = 0.95
"""Score of a topic whose pattern the path fits."""
TITLE, SUMMARY, PATH, TEXT = 2.0, 1.0, 1.0, 0.15
"""How much a word weighs by where it stands. Texts end in how to get there and where to complain, on every page."""
LETTERS = 4_000
"""Of a text, its beginning."""
SAID, LOUD, SHARE, BEST = 1.78, 0.71, 1.95, 0.23
"""Log-odds of a topic: SAID + LOUD ln e + SHARE ln(e / all evidence) + BEST ln(e / the strongest). Fitted, so that a score is how often a
topic is right, to the texts that ``bench.topics`` calls *tune* and to none of those that it reports on."""
NOTHING_SAID = -4.0
"""Log-odds of a topic that no word speaks of, before what editors said."""

Floats = NDArray[np.float64]
Said = tuple[str, str, str, str, str]
"""Of an item its title, summary, text, path and language."""


class Labelled(NamedTuple):
    """An item and the topics that an editor gave it: what is learned from."""

    title: str
    topics: tuple[str, ...]
    summary: str = ""
    text: str = ""
    path: str = ""
    language: str = ""

    def parts(self) -> list[Part]:
        """What is read, and how much each counts."""
        return [(self.title, TITLE), (self.summary, SUMMARY), (self.path, PATH), (self.text[:LETTERS], TEXT)]

    def whole(self) -> str:
        """All of it as one text."""
        return text_of(f"{self.title}\n{self.path}", self.summary, self.text)


class Classifier:
    """Topics of texts. Deterministic, offline, and each item for itself: what else is in the catalogue changes nothing."""

    def __init__(self, topics: Taxonomy, lexicon: Lexicon, learned: Learned) -> None:
        self._topics, self._lexicon, self._learned = topics, lexicon, learned
        self._ids = [topic.id for topic in topics]

    @classmethod
    def fit(cls, topics: Taxonomy, labelled: Iterable[Labelled] = ()) -> "Classifier":
        """Of a taxonomy's words, and of items whose topics editors set: those of topics that the taxonomy has not are left out."""
        plain = cls(topics, Lexicon(topics), nothing_learned(len(topics)))
        known = [item for item in labelled if any(topic in topics for topic in item.topics)]
        if not known:
            return plain
        start = np.array([plain._by_words(item.parts(), item.language) for item in known])
        right = np.array([[float(topic.id in item.topics) for topic in topics] for item in known])
        return cls(topics, plain._lexicon, learn([(item.whole(), item.language) for item in known], start, right))

    def topics_of(self, title: str, summary: str = "", text: str = "", path: str = "", language: str = "") -> tuple[tuple[str, float], ...]:
        """At most three (topic id, score from .2 to 1), best first, of equal ones in the taxonomy's order.

        A topic is not said beside one that lies in it: parks, not parks and environment. A text of no known word has none.
        """
        item = Labelled(title, (), summary, text, path, language)
        odds = self._by_words(item.parts(), language) + self._learned.odds(item.whole(), language)
        scores = 1 / (1 + np.exp(-odds))
        for id in self._topics.of_path(path):
            scores[self._ids.index(id)] = max(OF_ITS_PATH, scores[self._ids.index(id)])
        return self._chosen(scores)

    def topics_of_all(self, said: Iterable[Said]) -> list[tuple[tuple[str, float], ...]]:
        """``topics_of`` each."""
        return [self.topics_of(*one) for one in said]

    def _chosen(self, scores: Floats) -> tuple[tuple[str, float], ...]:
        least = max(LEAST, HALF * float(scores.max()))
        order = [int(place) for place in np.argsort(-scores, kind="stable") if scores[place] >= least]
        outer = {self._topics[self._ids[place]].parent for place in order}
        kept = [place for place in order if self._ids[place] not in outer][:MOST]
        return tuple((self._ids[place], round(float(scores[place]), 3)) for place in kept)

    def _by_words(self, parts: Sequence[Part], language: str) -> Floats:
        """Log-odds of each topic by the words of the taxonomy."""
        found = self._lexicon.evidence(parts, language)
        if not found.any():
            return np.full(found.size, NOTHING_SAID)
        logs = np.log(np.maximum(found, 1e-9))
        odds: Floats = SAID + LOUD * logs + SHARE * (logs - np.log(found.sum())) + BEST * (logs - logs.max())
        return np.maximum(odds, NOTHING_SAID)
