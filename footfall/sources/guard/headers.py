"""What a column's name promises: kinds of identifiers by the words of it, in English, Russian and Russian in Latin letters."""

import re
from pathlib import Path

__all__ = ["look_at_header", "words_of"]

_CAMEL = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])|(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][a-zа-яё])")
_WORD = re.compile(r"[^\W_]+")
_DATA = Path(__file__).parents[1] / "data" / "guard_headers.txt"


def look_at_header(name: str) -> str | None:
    """The kind that a column of this name holds, or ``None``.

    Every word has to belong to the kind, or to say whose or which it is: ``phone_calls`` counts calls, ``client_phone`` is a telephone.

    >>> look_at_header("clientPhone"), look_at_header("НОМЕР_ТЕЛЕФОНА"), look_at_header("user_id"), look_at_header("phone_calls")
    ('phone', 'phone', 'account', None)
    """
    words = words_of(name)
    joined = "".join(words)
    for kind, phrases in _PHRASES.items():
        for phrase in phrases:
            if joined == "".join(phrase) or (phrase <= words.keys() and words.keys() - phrase <= _BESIDE):
                return kind
    return None


def words_of(name: str) -> dict[str, None]:
    """Words of a name in snake_case, camelCase or prose, in lower case and their order."""
    return dict.fromkeys(word.lower().replace("ё", "е") for word in _WORD.findall(_CAMEL.sub(" ", name)))


def _read() -> dict[str, list[frozenset[str]]]:
    read: dict[str, list[frozenset[str]]] = {}
    for line in _DATA.read_text("utf-8").splitlines():
        kind, _, phrases = line.partition(":")
        if phrases and not line.startswith("#"):
            read.setdefault(kind, []).extend(frozenset(phrase.split()) for phrase in phrases.split(","))
    return read


_PHRASES = _read()
_BESIDE = frozenset(word for phrase in _PHRASES.pop("beside") for word in phrase)
"""Words that change nothing of what a column holds."""
