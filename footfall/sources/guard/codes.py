"""Identifiers of letters and digits: addresses of networks and devices, hashes, accounts, plates, vehicles, travel documents."""

import ipaddress
import re
from collections.abc import Iterator

from stdnum import iban
from stdnum.es import dni, nie
from stdnum.it import codicefiscale

from footfall.sources.guard.plain import Plain
from footfall.sources.guard.sign import CERTAIN, ONLY_HINTED, Sign

__all__ = ["in_codes", "is_vin"]

_MAC = re.compile(
    r"(?<![\w:-])[0-9a-f]{2}(?:([:\-. _])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?:(?:\1[0-9a-f]{2}){2})?(?![\w:]|-\w)"
    r"|(?<![\w.:])[0-9a-f]{4}([.\-])[0-9a-f]{4}\2[0-9a-f]{4}(?![\w.:]|-\w)|(?<![\w-])[0-9a-f]{6}[-:][0-9a-f]{6}(?![\w-])",
    re.IGNORECASE,
)
_IPV4 = re.compile(
    r"(?:(?<![\w./-])|(?<=://))(\d{1,3})\s?\[?\.\]?\s?(\d{1,3})\s?\[?\.\]?\s?(\d{1,3})\s?\[?\.\]?\s?(\d{1,3}|[x*]+)(?![\w]|\.\d)"
)
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", re.IGNORECASE)
_VERSION = re.compile(r"\b(?:v|ver|version|верси[яи]|build|release|сборка)[.: ]*$", re.IGNORECASE)
_UUID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}([-_ .:])[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{8,12}(?![0-9a-f])", re.IGNORECASE)
_HEX = re.compile(r"(?<![0-9a-zA-Z])(?:0x)?([0-9a-f]{12,128})(?![0-9a-zA-Z])", re.IGNORECASE)
_SPACED_HEX = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-f]{2}[ :\-]){15,63}[0-9a-f]{2}(?![0-9a-z])|(?:[0-9a-f]{4}[ :-]){7,31}[0-9a-f]{4}", re.IGNORECASE
)
_DIGESTS = {32, 40, 48, 56, 64, 96, 128}
_BASE64 = re.compile(r"(?<![\w+/-])(?:[A-Za-z0-9+/_-]{22}==|[A-Za-z0-9+/_-]{27}=|[A-Za-z0-9+/_-]{43}=)(?!=)")
_DIGIT = re.compile(r"\d")
_TOKEN = re.compile(r"(?<![\w])eyJ[\w-]{10,}\.[\w-]{10,}|\$2[aby]\$\d\d\$[\w./]{40,}")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[ .\-]{0,2}\d(?:[ .\-]{0,2}[A-Z0-9]){13,32}", re.IGNORECASE)
_GAPS = re.compile(r"[ .\-]+")
_VIN = re.compile(r"(?<![A-Z0-9_\-./])[A-HJ-NPR-Z0-9]{17}(?![A-Z0-9_/])(?!-\w)", re.IGNORECASE)
_GAPPED_VIN = re.compile(r"(?<![A-Z0-9])[A-HJ-NPR-Z0-9](?:[ -]?[A-HJ-NPR-Z0-9]){16}(?![A-Z0-9])", re.IGNORECASE)
_VIN_WORD = re.compile(r"\bvin\b|\bвин\b|шасси|кузов", re.IGNORECASE)
_PLATE = re.compile(
    r"(?<![A-Za-z0-9])([A-Z])[ .\-_]?(\d[ .\-_]?\d[ .\-_]?\d)[ .\-_]?([A-Z][ .\-_]?[A-Z])[ .\-_/]{0,3}(\d{2,3})(?:[ -]?RUS?)?"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PLATE_WORD = re.compile(
    r"гос\.?\s?-?номер|\bгрз\b|\bавто|машин|\bа/м\b|\bт/с\b|\bcar\b|plate|vehicle|\bномер|registration|\breg\b|gosnomer", re.IGNORECASE
)
_FOREIGN_PLATE = re.compile(
    r"(?<![A-Z0-9])(?=[A-Z]{0,9}\d)(?=\d{0,9}[A-Z])[A-Z0-9]{1,4}(?:[ -]?[A-Z0-9]{1,4}){1,2}(?![A-Z0-9])", re.IGNORECASE
)
_PLATE_LETTERS = frozenset("ABEKMHOPCTYX")
_MRZ = re.compile(
    r"(?<![A-Z0-9<])(?:[PVIAC][A-Z<][A-Z<]{3}[A-Z0-9<]{15,40}|[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{0,16})(?![A-Z0-9])"
)
_FISCAL = re.compile(r"(?<![A-Z0-9])[A-Z]{3}\s?[A-Z]{3}\s?\d{2}[A-EHLMPR-T]\d{2}\s?[A-Z]\d{3}\s?[A-Z](?![A-Z0-9])", re.IGNORECASE)
_SPANISH = re.compile(r"(?<![A-Z0-9])(?:[XYZ][ -]?\d{7}|\d{8})[ -]?[A-Z](?![A-Z0-9])", re.IGNORECASE)
_NINO = re.compile(r"(?<![A-Z0-9])([A-Z]{2})[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?([A-Z])(?![A-Z0-9])", re.IGNORECASE)
_VIN_VALUES = {
    letter: value % 10 for letter, value in zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_NOT_NINO = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}


def in_codes(value: Plain) -> Iterator[Sign]:
    """Signs of every code in the value. Codes are read in Latin letters, whatever alphabet their look-alikes came from."""
    text = value.latin
    yield from _networks(text)
    yield from _hashes(text)
    if "<" in text and any(_is_travel_document(found[0]) for found in _MRZ.finditer(text)):
        yield Sign("passport")
    if _DIGIT.search(text):
        yield from _accounts(text)
        yield from _vehicles(value)
        yield from _people(text)


def is_vin(number: str) -> bool:
    """The check digit that vehicles for North America and China bear, in the ninth place.

    >>> is_vin("1M8GDM9AXKP042788"), is_vin("1M8GDM9A1KP042788")
    (True, False)
    """
    values = [int(sign) if sign.isdigit() else _VIN_VALUES.get(sign, 0) for sign in number]
    rest = sum(value * weight for value, weight in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return number[8] == ("X" if rest == 10 else str(rest))


def _networks(text: str) -> Iterator[Sign]:
    if any(re.search("[a-fA-F]", found[0]) or (found[1] and found[1] != " ") for found in _MAC.finditer(text)):
        yield Sign("mac")
    for quad in _IPV4.finditer(text):
        numbers = [int(part) for part in quad.groups() if part.isdigit()]
        if max(numbers) < 256 and not _VERSION.search(text[: quad.start()]):
            yield Sign("ip")
    if ":" in text and any(_is_ipv6(found[0]) for found in _IPV6.finditer(text)):
        yield Sign("ip")


def _is_ipv6(found: str) -> bool:
    parts = [part for part in found.split(":") if part]
    if len(parts) < 2 or max(map(len, parts)) < 3:
        return False
    try:
        return ipaddress.ip_address(found).version == 6
    except ValueError:
        return False


def _hashes(text: str) -> Iterator[Sign]:
    if _UUID.search(text):
        yield Sign("device")
    for found in _HEX.finditer(text):
        digits = found[1]
        if len(digits) in _DIGESTS and not digits.isdigit():
            yield Sign("digest")
        elif len(digits) in (12, 14, 16):
            yield Sign("device", _is_random_hex(digits), 0.01)
    if any(len(_GAPS.sub("", found[0]).replace(":", "")) in _DIGESTS for found in _SPACED_HEX.finditer(text)):
        yield Sign("digest")
    if any(_is_mixed(found[0]) for found in _BASE64.finditer(text)) or _TOKEN.search(text):
        yield Sign("digest")


def _is_random_hex(text: str) -> bool:
    return bool(re.search("[a-fA-F]", text)) and bool(re.search(r"\d", text)) and not text.endswith(("fff", "000"))


def _is_mixed(text: str) -> bool:
    return bool(re.search("[a-z]", text) and re.search("[A-Z]", text) and re.search(r"\d", text))


def _accounts(text: str) -> Iterator[Sign]:
    for found in _IBAN.finditer(text):
        letters = _GAPS.sub("", found[0]).upper()
        # In a sentence the next word may hang on: the longest valid beginning counts.
        if any(iban.is_valid(letters[:size]) for size in range(15, min(len(letters), 34) + 1)):
            yield Sign("iban")


def _vehicles(value: Plain) -> Iterator[Sign]:
    text = value.latin
    said = bool(_VIN_WORD.search(text) or _VIN_WORD.search(value.words))
    for found in (_GAPPED_VIN if said else _VIN).finditer(text):
        number = _GAPS.sub("", found[0]).upper()
        if re.search("[A-Z]", number) and re.search(r"\d", number):
            sure = said or (is_vin(number) and number[-4:].isdigit())
            yield Sign("vin", number[-4:].isdigit() and not number[:2].isdigit(), CERTAIN if sure else 0.01)
    for found in _PLATE.finditer(text):
        yield _plate(found, value)
    if _FOREIGN_PLATE.search(text):
        yield Sign("plate", True, ONLY_HINTED)


def _plate(found: re.Match[str], value: Plain) -> Sign:
    letters = set(_GAPS.sub("", found[1] + found[3]).replace("_", "").upper())
    passed = letters <= _PLATE_LETTERS and found[4] != "00" and (len(found[4]) == 2 or found[4][0] in "12379")
    sure = found[0] != value.text[found.start() : found.end()] or bool(_PLATE_WORD.search(value.text)) or "RUS" in found[0].upper()
    return Sign("plate", passed, CERTAIN if sure and passed else 0.1)


def _is_travel_document(line: str) -> bool:
    return "<<" in line or line[0].isdigit() or line.count("<") >= 2


def _people(text: str) -> Iterator[Sign]:
    for found in _FISCAL.finditer(text):
        yield Sign("national id", codicefiscale.is_valid(found[0].replace(" ", "")))
    for found in _SPANISH.finditer(text):
        code = _GAPS.sub("", found[0])
        yield Sign("national id", dni.is_valid(code) or nie.is_valid(code), 0.045)
    for found in _NINO.finditer(text):
        first, last = found[1].upper(), found[2].upper()
        passed = not set(first) & set("DFIQUV") and first[1] != "O" and first not in _NOT_NINO and last in "ABCD"
        yield Sign("national id", passed, 0.08)
