"""What a column's name promises: kinds of identifiers by the words of it, in English, Russian and Russian in Latin letters."""

import re
from pathlib import Path

__all__ = ["look_at_header", "words_of"]

_CAMEL = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])|(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][a-zа-яё])")
_WORD = re.compile(r"[^\W_]+")
_COUNTED = re.compile(r"(?<=[^\W\d_])(?=\d{1,2}(?![^\W_]))")
_NUMBER = re.compile(r"\d{1,2}")
_DATA = Path(__file__).parents[1] / "data" / "guard_headers.txt"


def look_at_header(name: str) -> str | None:
    """The kind that a column of this name holds, or ``None``.

    Every word has to belong to the kind, or to say whose or which of several it is: ``phone_calls`` counts calls, ``client_phone`` is a
    telephone, and so is ``phone1``.

    >>> look_at_header("clientPhone"), look_at_header("НОМЕР_ТЕЛЕФОНА2"), look_at_header("user_id"), look_at_header("phone_calls")
    ('phone', 'phone', 'account', None)
    """
    words = words_of(name)
    if frozenset(words) in _INNOCENT:
        return None
    if _numbers_somebody(words):
        return "account"
    named = [word for word in words if not _NUMBER.fullmatch(word)]
    joined, said = "".join(named), set(named) - _BESIDE
    for kind, phrases in _PHRASES.items():
        if any(joined == together or said <= phrase <= words.keys() for together, phrase in phrases):
            return kind
    return None


def words_of(name: str) -> dict[str, None]:
    """Words of a name in snake_case, camelCase or prose, in lower case and their order; a number at a word's end is a word.

    >>> list(words_of("clientPhone2"))
    ['client', 'phone', '2']
    """
    return dict.fromkeys(word.lower().replace("ё", "е") for word in _WORD.findall(_COUNTED.sub(" ", _CAMEL.sub(" ", name))))


def _numbers_somebody(words: dict[str, None]) -> bool:
    """Whether it is the id of whoever the column names: ``id_клиента``, ``applicant_uid``."""
    return not words.keys().isdisjoint(_IDS) and not words.keys().isdisjoint(_PEOPLE) and words.keys() <= _IDS | _PEOPLE


def _read() -> dict[str, list[tuple[str, frozenset[str]]]]:
    lines = [line.partition(":") for line in _DATA.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {kind: [(phrase.replace(" ", ""), frozenset(phrase.split())) for phrase in phrases.split(",")] for kind, _, phrases in lines}


_PHRASES = _read()
_BESIDE, _IDS, _PEOPLE = (frozenset(word for word, _ in _PHRASES.pop(of)) for of in ("beside", "ids", "people"))
"""Words that change nothing of what a column holds; that number what stands beside them; that name somebody."""
_INNOCENT = frozenset(words for _, words in _PHRASES.pop("innocent"))
