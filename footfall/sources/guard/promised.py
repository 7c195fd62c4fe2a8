"""What a value must look like in a column whose name promises a kind: far less than where it stands alone."""

import re
from collections.abc import Callable

__all__ = ["keeps_promise"]

_NOTHING = frozenset(
    "0 1 true false yes no y n t f да нет есть none null nan n/a na - -- . ? unknown неизвестно other другое total all всего any указан"
    " не указан given not given set unset provided missing present absent other person individual company organisation organization"
    " business citizen resident физлицо юрлицо ип гражданин организация".split()
) | {"не указан", "not given", "не указано", "нет данных", "no data", "legal entity", "физическое лицо", "юридическое лицо"}
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_HEX = re.compile(r"[0-9a-fA-F]")
_PLAIN_CARD = re.compile(r"\d[\d -]{8,}\d")
"""Of a bank or of transport; an amount has a point, or is less."""
_DOCUMENT = re.compile(r"[A-ZА-ЯЁ]{0,4}-?[A-ZА-ЯЁ]{0,2}[ №]{0,2}\d[\d №-]{5,13}|(?=.*\d{4})[A-Z0-9]{14,18}", re.IGNORECASE)
"""No decree, whose number has a stroke, a date or letters behind."""
_MASK = re.compile(r"[*xX•]{2}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def keeps_promise(kind: str, value: str) -> bool:
    """Whether the value may be of that kind, and no flag or count.

    >>> keeps_promise("phone", "916 123-45-67"), keeps_promise("phone", "yes"), keeps_promise("account", "R1")
    (True, False, True)
    """
    text = value.strip()
    return text.lower() not in _NOTHING and text != "" and _RULES[kind](text)


def _digits(text: str) -> int:
    return len(_DIGIT.findall(text))


def _is_telephone(text: str) -> bool:
    count = _digits(text)
    return count >= 9 or (count >= 5 and bool(re.search(r"[+() -]", text)) and not re.match(r"\d{4}-\d\d", text))


def _is_name(text: str) -> bool:
    return len(_LETTER.findall(text)) >= 2 and not _digits(text)


def _is_address(text: str) -> bool:
    return bool(_digits(text)) and (bool(_LETTER.search(text)) or (text.isdigit() and len(text) <= 4))


def _is_plate(text: str) -> bool:
    letters = re.sub(r"\W", "", text)
    return 4 <= len(letters) <= 10 and bool(_digits(letters))


def _is_device(text: str) -> bool:
    """Not "mobile", "iPhone 12" or a count."""
    return len(text) >= 2 and bool(_digits(text)) and not re.search(r"\s|^\d{1,4}(?:[.,]\d+)?$", text)


def _at_least(count: int) -> Callable[[str], bool]:
    return lambda text: _digits(text) >= count


_RULES: dict[str, Callable[[str], bool]] = {
    "phone": _is_telephone,
    "e-mail": lambda text: "@" in text or len(text) >= 16,
    "name": _is_name,
    "address": _is_address,
    "card": lambda text: _digits(text) >= 12 or bool(_PLAIN_CARD.fullmatch(text)) or (_digits(text) >= 4 and bool(_MASK.search(text))),
    "iban": _at_least(8),
    "bank account": _at_least(6),
    "inn": _at_least(9),
    "snils": _at_least(9),
    "passport": _at_least(4),
    "policy": _at_least(6),
    "plate": _is_plate,
    "vin": lambda text: len(re.findall(r"\w", text)) >= 11,
    "imei": _at_least(13),
    "imsi": _at_least(13),
    "mac": lambda text: len(_HEX.findall(text)) >= 6 and len(text) >= 8,
    "ip": lambda text: bool(re.search(r"[.:]", text)) and len(text) >= 7,
    "device": _is_device,
    "account": lambda text: True,
    "national id": _at_least(6),
    "document": lambda text: bool(_DOCUMENT.fullmatch(text)),
    "birth date": _at_least(6),
    "birth year": lambda text: bool(_YEAR.search(text)),
}
