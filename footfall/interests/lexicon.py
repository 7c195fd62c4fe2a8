"""How much a text speaks of each topic by the taxonomy's words: whole phrases, their forms, their parts, and words that look alike."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from footfall.interests.taxonomy import Taxonomy
from footfall.interests.words import FEATURES, stems_of, terms_of, words_in

__all__ = ["Lexicon", "Part"]

Part = tuple[str, float]
"""Text of a title, summary … and how much it weighs."""
Phrase = tuple[str, ...]
Key = TypeVar("Key", str, Phrase)
Weights = NDArray[np.float64]

STOP = frozenset("a an and at by for from in is of on or the to with your без в во для до за и из к на о об от по при с со у".split())
USUAL = {
    "en": "open new day hour time year week month today news office application apply online form contact information live "
    "service what s where who which how when why have be it this that you we all any no not can may do get go here",
    "ru": "услуга открыть открытый новый новость день час время год неделя месяц сегодня что где кто как когда не",
}
"""What any office says of itself, and words that every text has: of a phrase ("open day", "what's on") such a word alone tells nothing."""
LONGEST = 4
"""Words of the longest phrase that is found as one."""
PHRASE_BONUS = 2.0
"""A phrase tells more than a word."""
PART_WEIGHT = 0.4
"""Of a phrase's single word, beside a word that stands in the list itself."""
ALIKE, ALIKE_WEIGHT, SHORTEST_ALIKE = 0.6, 0.6, 5
"""Words of five letters or more that are in no list count as the most similar one there, from this likeness on."""


class Lexicon:
    """The words of a taxonomy, by stems; a word of several topics tells the less of each."""

    def __init__(self, topics: Taxonomy) -> None:
        self._place = {topic.id: place for place, topic in enumerate(topics)}
        phrases: dict[Phrase, set[int]] = defaultdict(set)
        spelled: dict[Phrase, str] = {}
        exact: dict[str, set[int]] = defaultdict(set)
        for topic in topics:
            for language, words in (*topic.words.items(), *((language, (name,)) for language, name in topic.names.items())):
                for word in words:
                    key = _phrase(word, language)
                    if key:
                        phrases[key].add(self._place[topic.id])
                        spelled.setdefault(key, word)
                    if len(key) == 1:
                        exact[words_in(word)[0]].add(self._place[topic.id])
        self._usual = {stem for language, words in USUAL.items() for stem in stems_of(words.split(), language)}
        self._weights = self._shares(phrases)
        self._add_parts(phrases)
        self._spelled = self._shares(exact)
        self._singles = [key for key in phrases if len(key) == 1 and len(spelled[key]) >= SHORTEST_ALIKE]
        self._alike = _grams([spelled[key] for key in self._singles])

    def evidence(self, parts: Iterable[Part], language: str) -> Weights:
        """A number for each topic, 0 where nothing speaks of it; a word said again adds its logarithm only."""
        times: defaultdict[Phrase, float] = defaultdict(float)
        spelled: defaultdict[str, float] = defaultdict(float)
        unknown: defaultdict[str, float] = defaultdict(float)
        for text, weight in parts:
            words = [word for word in words_in(text) if word not in STOP]
            for phrase, word in self._matched(words, stems_of(words, language)):
                if len(phrase) == 1 and word in self._spelled:
                    spelled[word] += weight
                elif phrase in self._weights:
                    times[phrase] += weight
                elif phrase[0] not in self._usual:
                    unknown[word] += weight
        total = np.zeros(len(self._place))
        for phrase, number in times.items():
            total += _damped(number) * self._weights[phrase]
        for word, number in spelled.items():
            total += _damped(number) * self._spelled[word]
        return total + self._alike_to(unknown)

    def _matched(self, words: Sequence[str], stems: Sequence[str]) -> Iterator[tuple[Phrase, str]]:
        """From left to right the longest phrases that are known, and the words between; each with the word it starts by."""
        place = 0
        while place < len(stems):
            ends = range(min(len(stems), place + LONGEST), place + 1, -1)
            end = next((end for end in ends if tuple(stems[place:end]) in self._weights), place + 1)
            yield tuple(stems[place:end]), words[place]
            place = end

    def _alike_to(self, unknown: Mapping[str, float]) -> Weights:
        words = [word for word in unknown if len(word) >= SHORTEST_ALIKE]
        total = np.zeros(len(self._place))
        if not words or not self._singles:
            return total
        likeness = (_grams(words) @ self._alike.T).tocsr()
        for row, word in enumerate(words):
            of = likeness[row]
            if of.nnz and of.data.max() >= ALIKE:
                best = self._singles[int(of.indices[int(of.data.argmax())])]
                total += ALIKE_WEIGHT * float(of.data.max()) * _damped(unknown[word]) * self._weights[best]
        return total

    def _shares(self, told: Mapping[Key, set[int]]) -> dict[Key, Weights]:
        found = {}
        for key, places in told.items():
            found[key] = np.zeros(len(self._place))
            found[key][list(places)] = (PHRASE_BONUS if isinstance(key, tuple) and len(key) > 1 else 1) / len(places)
        return found

    def _add_parts(self, phrases: dict[Phrase, set[int]]) -> None:
        """Single words of phrases: the more topics' phrases have one, the less it tells."""
        parts: dict[str, Weights] = defaultdict(lambda: np.zeros(len(self._place)))
        for phrase, places in phrases.items():
            for stem in phrase if len(phrase) > 1 else ():
                parts[stem][list(places)] += 1
        for stem, counts in parts.items():
            if (stem,) not in self._weights and stem not in self._usual:
                self._weights[(stem,)] = PART_WEIGHT * (counts / counts.sum()) ** 2


def _phrase(word: str, language: str) -> Phrase:
    return tuple(stems_of([part for part in words_in(word) if part not in STOP], language))


def _damped(number: float) -> float:
    return number if number <= 1 else 1 + float(np.log(number))


def _grams(words: Sequence[str]) -> sparse.csr_matrix:
    """A row a word: its n-grams, as long as 1."""
    rows = [terms_of(word).grams for word in words]
    starts = np.concatenate([[0], np.cumsum([row.size for row in rows])])
    values = np.concatenate([np.full(row.size, row.size**-0.5) for row in rows] or [np.zeros(0)])
    return sparse.csr_matrix((values, np.concatenate(rows or [np.zeros(0, dtype=np.int64)]), starts), shape=(len(rows), FEATURES))
