"""Addresses of homes, in Russian and English: a street, a house and a flat. A house without a flat is a place."""

import re
from collections.abc import Iterator

from footfall.sources.guard.plain import Plain
from footfall.sources.guard.sign import Sign

__all__ = ["in_homes"]

_STREET_RU = (
    r"(?:\b(?:ул|пр|пр-?кт|просп|пер|ш|б-р|бул|пл|наб|пр-?д|мкр|мк-н|кв-л|туп|ал)\.|\b(?:ул|пр-?кт|пер|наб|б-р|мкр|пр-т)\s"
    r"|улиц|проспект|переул|шоссе|бульвар|площад|набережн|проезд|микрорайон|квартал|аллея|тупик|линия)"
)
_NUMBER = r"(?!(?:19|20)\d\d)\d+"
"""Of a flat: a quarter of a year ("2 кв. 2024") is none."""
_FLAT_RU = re.compile("[Кк]в")
_NAMED_HOME = re.compile(
    r"[А-ЯЁ][а-яё-]{3,},?\s(?:[Дд](?:ом|\.)?\s?)?(?![1-4],?\s[Кк]в)\d+[а-я]?(?:/\d+)?,?\s?[Кк]в(?:\.|артира)?\s?№?\s?"
    + _NUMBER
    + r"\b(?!\s?м)"
)
_HOME_RU = re.compile(
    _STREET_RU + r".{0,60}?\d+[а-я]?.{0,40}?(?:\b(?:кв|квартира|ап|апарт|апартаменты|комн|комната)\b\.?\s?№?\s?" + _NUMBER + ")"
    r"|\b(?:д|дом)\.?\s?№?\s?\d+[а-я]?.{0,30}?\bкв(?:\.|артира)?\s?№?\s?"
    + _NUMBER
    + "|"
    + _STREET_RU
    + r"\s?[^\d]{2,40}?,?\s(?:д\.?|дом)?\s?\d+[а-я]?(?:/\d+)?\s?-\s?\d{1,4}(?!\d)$",
    re.IGNORECASE,
)
_STREET_LATIN = re.compile(r"\b(?:ul|ulitsa|pr-?t|prospekt|per|nab|sh)\b\.?.{1,40}?\d+.{0,20}?\b(?:kv|kvartira)\b\.?\s?\d+", re.IGNORECASE)
_HOUSE_EN = (
    r"\b\d{1,5}[a-z]?,?\s(?:[\w.'’-]+\s){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|way|place|pl|terrace|crescent"
    r"|gardens|grove|boulevard|blvd|square|sq|mews|hill|row|walk|parkway|circle)\b"
)
_HOUSE_LAST = r"\b(?:street|st|road|rd|avenue|ave|lane|boulevard|blvd)\.?,?\s\d{1,5}[a-z]?,?\s(?:flat|apt|apartment)\b\.?\s?\d+"
_FLAT_EN = r"(?:\b(?:flat|apt|apartment|unit|suite|ste|room)\b\.?\s?(?:no\.?\s?)?#?\s?\d{1,5}[a-z]?\b|\bflat\s[a-z]\b|#\s?\d{1,5}[a-z]?\b)"
_HOME_EN = re.compile(_HOUSE_EN + r".{0,20}?" + _FLAT_EN + "|" + _FLAT_EN + r".{0,30}?" + _HOUSE_EN + "|" + _HOUSE_LAST, re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_FLAT = re.compile(_FLAT_EN, re.IGNORECASE)


def in_homes(value: Plain) -> Iterator[Sign]:
    """A sign where the value tells a flat."""
    text = value.words
    if _DIGIT.search(text) and (_is_russian(text) or (_FLAT.search(text) and _HOME_EN.search(text)) or _STREET_LATIN.search(text)):
        yield Sign("address")


def _is_russian(text: str) -> bool:
    return bool(_HOME_RU.search(text) or (_FLAT_RU.search(text) and _NAMED_HOME.search(text)))
