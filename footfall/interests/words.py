"""A text as numbers: hashed character n-grams and stemmed words, in any language, the same on every machine."""

import re
import zlib
from functools import lru_cache
from typing import NamedTuple, Protocol

import numpy as np
import snowballstemmer
from numpy.typing import NDArray

__all__ = ["BITS", "FEATURES", "Terms", "stems_of", "terms_of", "words_in"]

BITS = 18
FEATURES = 2 << BITS
"""Size of the space: n-grams have its first half, stems the second."""
GRAMS = (3, 4, 5)
MOST_LETTERS = 20_000
"""Longer texts are cut: what a page is about stands in its first pages."""
WORD = re.compile(r"[^\W_]+")
CYRILLIC = re.compile(r"[а-яё]")
ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""Languages (BCP 47) that have a stemmer; in others a word stands for itself, and its n-grams find its other forms."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library's own name


class Terms(NamedTuple):
    """Features of a text and how often each is there; both parts in order of feature, without repeats."""

    grams: NDArray[np.int64]
    grams_counts: NDArray[np.int64]
    stems: NDArray[np.int64]
    stems_counts: NDArray[np.int64]


def terms_of(text: str, language: str = "") -> Terms:
    """Features of a text in ``0 .. FEATURES - 1``; of an empty text there are none.

    N-grams run over the words with one space between and at both ends, so that neighbours leave a trace too.
    """
    words = words_in(text)
    grams, grams_counts = np.unique(_hashed_grams(" ".join(words)), return_counts=True)
    hashes = [zlib.crc32(stem.encode()) >> (32 - BITS) for stem in stems_of(words, language)]
    stems, stems_counts = np.unique(np.array(hashes, dtype=np.int64), return_counts=True)
    return Terms(grams, grams_counts, stems + (1 << BITS), stems_counts)


def words_in(text: str) -> list[str]:
    """Words of a text in its order, small letters; ё is е, as most people write it."""
    return WORD.findall(text[:MOST_LETTERS].casefold().replace("ё", "е"))


def stems_of(words: list[str], language: str = "") -> list[str]:
    """The words without their endings. A Cyrillic word of a text that is said to be in English, or in nothing, is taken for Russian."""
    tag = language.partition("-")[0].lower()
    return [_stem(word, _algorithm(word, tag)) for word in words]


def _algorithm(word: str, tag: str) -> str:
    is_cyrillic = CYRILLIC.search(word) is not None
    if tag in ALGORITHMS and is_cyrillic == (tag in ("ru", "sr")):
        return ALGORITHMS[tag]
    if is_cyrillic:
        return "russian" if tag in ALGORITHMS or tag == "" else ""
    return "english" if tag in ("", "ru", "sr") else ""


@lru_cache(maxsize=100_000)
def _stem(word: str, algorithm: str) -> str:
    return _stemmer(algorithm).stemWord(word) if algorithm else word


@lru_cache
def _stemmer(algorithm: str) -> _Stemmer:
    found: _Stemmer = snowballstemmer.stemmer(algorithm)
    return found


def _hashed_grams(line: str) -> NDArray[np.int64]:
    """A feature for each n-gram of the line, in no order: a polynomial over code points, its high bits mixed down."""
    if not line:
        return np.zeros(0, dtype=np.int64)
    codes = np.frombuffer(f" {line} ".encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    found = []
    for length in GRAMS:
        rolled = np.full(max(0, codes.size - length + 1), length, dtype=np.uint64)
        for place in range(length):
            rolled = rolled * np.uint64(0x9E3779B97F4A7C15) + codes[place : place + rolled.size]
        rolled ^= rolled >> np.uint64(32)
        found.append((rolled * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(64 - BITS))
    return np.concatenate(found).astype(np.int64)
