"""Identifiers made of digits: telephones, cards, tax and insurance numbers, passports, accounts, devices.

A check digit lets one innocent number in ten pass, or one in a hundred: such signs carry their chance, and the verdict is the column's.
A word beside the number, or the grouping that only this kind is written in, makes it certain.
"""

import re
from collections.abc import Callable, Iterator

from stdnum import luhn
from stdnum.br import cpf
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar
from stdnum.iso7064 import mod_11_2
from stdnum.pl import pesel
from stdnum.ru import inn
from stdnum.tr import tckimlik

from footfall.sources.guard.plain import Plain
from footfall.sources.guard.sign import CERTAIN, ONLY_HINTED, Sign

__all__ = ["in_digits", "is_card", "is_snils"]

_RUN = re.compile(r"\+?\s?\(?\d(?:[ \-./()_]{0,3}\d){6,}")
_GROUP = re.compile(r"\d+")
_MASK = re.compile("[*xх•·●]|ending|заканчива", re.IGNORECASE)
_MASKED = re.compile(
    r"(?<!\d)\d{4}(?:[ -]?\d{2})?[ -]?(?:[*xX•·●][ -]?){4,12}\d{4}(?!\d)|(?<![\w*•·●])(?:[*•·●]{4}[ -]?){2,4}\d{4}(?!\d)"
    r"|(?<![\w*•·●])[*•·●]{4} ?(?!(?:19|20)\d\d)\d{4}(?!\d)|(?<!\w)(?:[xX]{4}[ -]){2,3}\d{4}(?!\d)"
    r"|(?i:карт[аоуые]й?|card|visa|mastercard|\bмир)[^\d*•]{0,12}(?:[*•·●]{1,12}|(?i:ending(?: in| with)?|заканчива\w+(?: на)?) )"
    r"(?!(?:19|20)\d\d(?!\d))\d{4}(?!\d)"
)
_PASSPORT = re.compile(
    r"(?:паспорт|passport|серия)\D{0,16}\d{2}\s?\d{2}\D{1,10}\d{6}(?!\d)|(?<![\d.])(?!19|20)\d{2}\s?\d{2}\s?(?:№|no\.?)\s?\d{6}(?!\d)",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"\b(?:тел(?:ефон[ау]?)?|моб|звон\w+|tel|mob(?:ile)?|(?:tele)?phone|call)\W{1,3}(?:\d{3}-\d\d-\d\d|\d{3}-\d{4})(?![\d-])", re.IGNORECASE
)
"""Of a town: seven digits say nothing without the word."""
_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|220[0-4]\d{12,15}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|(?:6011|64[4-9]\d|65\d\d)\d{12}|62\d{14,17}|(?:50|5[6-8]|6\d)\d{14}"
)
_ACCOUNT = re.compile(r"(?:30[1-3]|4(?:0[1-8]|2[0-6]|5[0-9]))\d\d(?:810|840|978|643|156|398|933)\d{12}")
_WORDS = {
    "phone": r"\bтел|звон|моб\b|моб\.|мобил|номер для связи|phone|\bcall|\btel\b|\btel[.:]|mobile|whats|sms|смс|\bcell\b|msisdn|вотсап",
    "card": r"карт[аоуые]|\bcard|visa|master|\bмир\b|\bpan\b|оплат|\bpaid|payment",
    "inn": r"\bинн\b|\binn\b|\btin\b",
    "snils": r"снилс|snils",
    "passport": r"паспорт|passport|pasport|\bсерия|загран",
    "policy": r"полис|\bомс\b|\bенп\b|policy|\boms\b",
    "imei": r"\bimei",
    "imsi": r"\bimsi|\biccid",
    "bank account": r"сч[её]т|\bр/с|\bл/с|account|\bacc\b|\bacct",
    "national id": r"\bnhs\b|\bssn\b|pesel|\bcpf\b|aadhaar|\bbsn\b|kimlik|\biin\b|\bиин\b|social security",
}
_CONTEXT = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}
_REACH = 28
"""Letters before a number in which a word speaks of it."""
_AREA_FIRST = "3489"
_PLANNED = re.compile(r"[78](?:9|49[5689]|8(?:00|12|31|43|46)|3(?:43|83|81|51))|07[1-57-9]")
"""How numbers of mobiles and of large towns begin: three in a hundred of all."""
_GROUPED_PHONES = {(1, 3, 3, 2, 2), (1, 3, 2, 2, 3), (1, 3, 3, 4), (1, 3, 7), (1, 4, 2, 2, 2), (1, 3, 2, 3, 2), (1, 5, 1, 2, 2), (1, 5, 5)}
_LOCAL_PHONES = {(3, 3, 2, 2), (3, 3, 4), (4, 2, 2, 2), (3, 7)}
_ZERO_PHONES = {(5, 6), (4, 3, 4), (3, 4, 4), (5, 3, 3), (4, 7), (2, 2, 2, 2, 2)}
_CARDS: set[tuple[int, ...]] = {(4, 4, 4, 4), (4, 6, 5), (4, 4, 4, 4, 3), (4, 4, 4, 1), (6, 10), (8, 8)}
_IMEI_ISSUERS = frozenset("01 35 44 45 49 50 51 52 53 54 86 91 98 99".split())
"""Who gives out numbers of models: the first two digits."""
Valid = Callable[[str], bool]
_CHECKED: dict[int, tuple[tuple[str, Valid, float], ...]] = {
    10: (("inn", inn.is_valid, 0.1), ("national id", nhs.is_valid, 0.1)),
    11: (
        ("snils", lambda digits: is_snils(digits), 0.013),
        ("national id", pesel.is_valid, 0.013),
        ("national id", tckimlik.is_valid, 0.012),
        ("national id", cpf.is_valid, 0.012),
    ),
    12: (("inn", inn.is_valid, 0.012),),
    15: (
        ("imei", luhn.is_valid, 0.1),
        ("imei", lambda digits: digits[:2] in _IMEI_ISSUERS and luhn.is_valid(digits), 0.02),
        ("national id", nir.is_valid, 0.012),
    ),
    18: (("national id", lambda digits: _is_chinese(digits), 0.001),),
}
_GROUPINGS: dict[str, set[tuple[int, ...]]] = {
    "snils": {(3, 3, 3, 2)},
    "imei": {(2, 6, 6, 1), (6, 2, 6, 1), (8, 6, 1)},
    "national id": {(3, 3, 4), (3, 3, 3, 2), (1, 2, 2, 2, 3, 3, 2)},
}
_LENGTHS = {
    "passport": (9, 10), "policy": (9, 10, 11, 16), "imei": (14, 15, 16), "imsi": (14, 15, 18, 19, 20), "bank account": (8, 20),
    "phone": (10, 15), "snils": (11,), "inn": (10, 12), "national id": (9, 18),
}  # fmt: skip
_DOTTED_CHANCE = 0.1
_RANGES = ("bank account", "phone", "national id")


def in_digits(value: Plain) -> Iterator[Sign]:
    """Signs of every number in the value."""
    if _MASK.search(value.text) and any(map(_MASKED.search, (value.text, value.latin))):
        yield Sign("card")
    if _PASSPORT.search(value.words):
        yield Sign("passport")
    if "-" in value.words and _LOCAL.search(value.words):
        yield Sign("phone")
    for run in _RUN.finditer(value.text):
        reach = slice(max(0, run.start() - _REACH), run.start())
        before = {value.text[reach], value.words[reach], value.latin[reach]} - {""}
        kinds = {kind for kind, words in _CONTEXT.items() if any(map(words.search, before))}
        yield from _of_run(run[0], kinds)


def is_card(digits: str) -> bool:
    """Length and first digits that an issuer uses, and Luhn's check digit."""
    return bool(_CARD.fullmatch(digits)) and luhn.is_valid(digits)


def is_snils(digits: str) -> bool:
    """The check of the Russian insurance number: the sum of nine digits by their places, modulo 101.

    >>> is_snils("11223344595"), is_snils("11223344596")
    (True, False)
    """
    total = sum(int(digit) * place for digit, place in zip(digits[:9], range(9, 0, -1), strict=True)) % 101 % 100
    return len(digits) == 11 and digits[:9] > "001001998" and total == int(digits[9:])


def _is_chinese(digits: str) -> bool:
    return digits[6:8] in ("19", "20") and digits[10:12] <= "12" and digits[12:14] <= "31" and mod_11_2.is_valid(digits)


def _of_run(run: str, kinds: set[str]) -> Iterator[Sign]:
    groups = tuple(_GROUP.findall(run))
    sizes = tuple(map(len, groups))
    digits = "".join(groups)
    yield from _telephone(run, digits, sizes)
    for parts in _windows(groups):
        sizes, digits = tuple(map(len, parts)), "".join(parts)
        yield from _by_word(digits, kinds)
        yield from _card(digits, sizes)
        yield from _checked(digits, sizes, "-" in run or " " in run)
        yield from _grouped(parts, sizes, "." not in run)


def _windows(groups: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The whole number, each group of it, and any groups that together are written as one kind is."""
    whole = len(groups) - 1
    for start in range(len(groups)):
        for end in range(start + 1, min(len(groups), start + 16) + 1):
            part = groups[start:end]
            if end - start - 1 in (0, whole) or tuple(map(len, part)) in _KNOWN:
                yield part


_KNOWN = _CARDS | {grouping for known in _GROUPINGS.values() for grouping in known} | {(2, 2, 6), (4, 6), (3, 2, 4), (4, 4, 4), (5, 3, 12)}


def _telephone(run: str, digits: str, sizes: tuple[int, ...]) -> Iterator[Sign]:
    size = len(digits)
    if run.startswith("+") and 8 <= size <= 15 and digits[0] != "0":
        yield Sign("phone")
    elif size == 11 and digits[0] in "78" and digits[1] in _AREA_FIRST and sizes in _GROUPED_PHONES:
        yield Sign("phone")
    elif size == 10 and sizes in _LOCAL_PHONES and ("(" in run or (digits[0] == "9" and ("-" in run or " " in run))):
        yield Sign("phone")
    elif size in (10, 11) and digits[0] == "0" and digits[1] != "0" and sizes in _ZERO_PHONES:
        yield Sign("phone")
    elif size == 10 and sizes == (3, 3, 4):
        yield Sign("phone", digits[0] > "1" and digits[3] > "1", 0.03)
    elif size == 11:
        yield _bare_telephone(digits, (digits[0] in "78" and digits[1] in _AREA_FIRST) or digits[:2] == "07", 0.06)
        yield _bare_telephone(digits, bool(_PLANNED.match(digits)), 0.03)
    elif size == 10 and len(sizes) == 1:
        yield _bare_telephone(digits, digits[0] == "9", 0.1)
        yield _bare_telephone(digits, digits[:2] in ("06", "07"), 0.02)
    elif digits[:2] == "00" and 11 <= size <= 16:
        yield Sign("phone", digits[2] != "0", 0.02, int(digits))


def _bare_telephone(digits: str, passed: bool, chance: float) -> Sign:
    return Sign("phone", passed, chance, int(digits))


def _by_word(digits: str, kinds: set[str]) -> Iterator[Sign]:
    for kind in kinds:
        if kind == "card":
            yield Sign("card", 13 <= len(digits) <= 19 and luhn.is_valid(digits))
        elif _has_length(kind, len(digits)):
            yield Sign(kind)


def _has_length(kind: str, size: int) -> bool:
    lengths = _LENGTHS[kind]
    return lengths[0] <= size <= lengths[-1] if kind in _RANGES else size in lengths


def _card(digits: str, sizes: tuple[int, ...]) -> Iterator[Sign]:
    if 13 <= len(digits) <= 19:
        passed = is_card(digits)
        yield Sign("card", passed, CERTAIN if passed and sizes in _CARDS and len(sizes) > 2 else 0.03)
    if len(digits) == 20:
        yield Sign("bank account", bool(_ACCOUNT.fullmatch(digits)), CERTAIN)
    if len(digits) in (15, 16):
        yield Sign("imsi" if len(digits) == 15 else "policy", True, ONLY_HINTED)


def _checked(digits: str, sizes: tuple[int, ...], written: bool) -> Iterator[Sign]:
    for kind, valid, chance in _CHECKED.get(len(digits), ()):
        grouped = sizes in _GROUPINGS.get(kind, ())
        if len(sizes) > 1 and not written:
            # TRICKY: between dots these are versions, too.
            if grouped:
                yield Sign(kind, valid(digits), _DOTTED_CHANCE)
            continue
        passed = valid(digits)
        yield Sign(kind, passed, CERTAIN if passed and grouped and (chance < _DOTTED_CHANCE or kind == "imei") else chance)


def _grouped(parts: tuple[str, ...], sizes: tuple[int, ...], undotted: bool) -> Iterator[Sign]:
    if sizes == (2, 2, 6) or sizes == (4, 6):
        series = "".join(parts)[2:4]
        yield Sign("passport", series >= "97" or series <= "30", 0.02 if len(sizes) == 3 else 0.3)
    elif sizes == (3, 2, 4) and undotted:
        yield Sign("national id", parts[0] not in ("000", "666") and parts[0] < "900" and parts[1] != "00" and parts[2] != "0000")
    elif sizes == (4, 4, 4):
        yield Sign("national id", parts[0][0] > "1" and aadhaar.is_valid("".join(parts)), 0.08)
