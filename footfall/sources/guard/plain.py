"""A value as the detectors read it: without what hides an identifier from a machine and not from a person."""

import html
import re
import unicodedata
from urllib.parse import unquote

import re2

__all__ = ["INNOCENT", "Plain", "plain"]

# Letters that look alike; both rows in the same order.
_CYRILLIC = "АВЕКМНОРСТУХЅІЈаеорсухкѕіјԁԛԝ"
_LATIN = "ABEKMHOPCTYXSIJaeopcyxksijdqw"
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_TO_CYRILLIC = str.maketrans("ABEKMHOPCTYXaeopcyxk", "АВЕКМНОРСТУХаеорсухк")
_GREEK = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−⁃﹣"), "-")
_MIXED = re.compile(r"[^\W\d_]*(?:[A-Za-z][А-яЁё]|[А-яЁё][A-Za-z])[^\W\d_]*")
_INITIAL = re.compile(r"(?<!\w)[ABEKMHOPCTYX](?=\.)")
_RUSSIAN = re.compile("[А-яЁё]")
_FLOATED = re.compile(r"^(\d{8,20})\.0+$")

INNOCENT = (
    r"^\s*(?:"
    r"[-+]?[£$€₽]?(?:\d{1,8}|\d{1,3}(?:,\d{3}){1,2}|\d{0,3}[.,]\d*|\d{1,8}[.,]\d{1,6})(?:[eE][-+]?\d{1,3})?\s?[%£$€₽]?"
    r"|\d{4}-\d{2}(?:-\d{2})?(?:[T ]\d{1,2}(?::?\d{2}){0,2}(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d{2}:?\d{2})?(?:/P\w{1,12})?"
    r"|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?:[ ,T]{1,2}\d{1,2}(?::\d{2}){1,2}(?:\.\d{1,9})?)?(?:\s?[AP]M)?"
    r"|8[0-9a-f]{14}"
    r")\s*$"
)
"""RE2: numbers of up to eight digits, decimals, dates and times, H3 cells. What is nothing but one of these identifies nobody."""
_INNOCENT = re2.compile(INNOCENT)


class Plain:
    """One value in the spellings that detectors read."""

    __slots__ = ("latin", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        """Full-width forms, dashes, spaces and hidden characters undone."""
        self.latin = text.translate(_TO_LATIN)
        """With Latin letters for Cyrillic look-alikes: codes."""
        mended = _MIXED.sub(lambda word: _of_one_alphabet(word[0]), text)
        self.words = _INITIAL.sub(lambda letter: letter[0].translate(_TO_CYRILLIC), mended) if _RUSSIAN.search(mended) else mended
        """Words of both alphabets in the one that they can be written in: names."""


def plain(value: str) -> Plain | None:
    """``None`` where the value is a plain number, a date or a time.

    >>> plain("２０２４-０４-０１") is None
    True
    >>> plain("+7 (916)\\u200b 123–45–67").text
    '+7 (916) 123-45-67'
    """
    text = html.unescape(value) if "&" in value else value
    text = unquote(text) if "%" in text else text
    text = text if text.isascii() else _undisguised(text)
    if _INNOCENT.match(text):
        return None
    return Plain(_FLOATED.sub(r"\1", text.strip()))


def _of_one_alphabet(word: str) -> str:
    russian = word.translate(_TO_CYRILLIC)
    return word.translate(_TO_LATIN) if re.search("[A-Za-z]", russian) else russian


def _undisguised(value: str) -> str:
    text = unicodedata.normalize("NFKC", value).translate(_DASHES).translate(_GREEK)
    return "".join(_seen(letter) for letter in text if unicodedata.category(letter) not in ("Cf", "Mn"))


def _seen(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    return " " if letter.isspace() else letter
