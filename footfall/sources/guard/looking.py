"""The guard's verdict on a column: which kind of identifier its values hold, if any. It refuses, and never cleans."""

import itertools
import math
from collections.abc import Iterable

import msgspec

from footfall.sentences import Sentence
from footfall.sources.guard.births import in_births
from footfall.sources.guard.codes import in_codes
from footfall.sources.guard.contacts import in_contacts
from footfall.sources.guard.digits import in_digits
from footfall.sources.guard.headers import look_at_header, words_of
from footfall.sources.guard.homes import in_homes
from footfall.sources.guard.people import PAIR_CHANCE, in_people
from footfall.sources.guard.plain import plain
from footfall.sources.guard.promised import keeps_promise
from footfall.sources.guard.sign import CERTAIN, ONLY_HINTED, Sign

__all__ = ["KIND_NAMES", "Finding", "Look", "is_nearly_key", "look"]

KIND_NAMES: dict[str, Sentence] = {
    "phone": Sentence("telephone numbers"),
    "e-mail": Sentence("e-mail addresses"),
    "name": Sentence("people's names"),
    "address": Sentence("addresses of homes"),
    "card": Sentence("numbers of payment cards"),
    "iban": Sentence("IBANs"),
    "bank account": Sentence("numbers of bank accounts"),
    "inn": Sentence("taxpayers' numbers (INN)"),
    "snils": Sentence("insurance numbers (SNILS)"),
    "passport": Sentence("numbers of passports"),
    "policy": Sentence("numbers of insurance policies"),
    "plate": Sentence("plate numbers"),
    "vin": Sentence("vehicles' numbers (VIN)"),
    "imei": Sentence("devices' numbers (IMEI)"),
    "imsi": Sentence("subscribers' numbers (IMSI)"),
    "mac": Sentence("MAC addresses"),
    "ip": Sentence("IP addresses"),
    "device": Sentence("ids of devices or trips"),
    "digest": Sentence("hashes, which stand for what was hashed"),
    "account": Sentence("ids of people's accounts"),
    "national id": Sentence("national identity numbers"),
    "document": Sentence("numbers of personal documents"),
    "birth date": Sentence("dates of birth"),
    "birth year": Sentence("years of birth"),
}
"""What an error calls them."""
DETECTORS = (in_contacts, in_digits, in_codes, in_births, in_homes, in_people)
VERSION_WORDS = frozenset(("version", "ver", "версия", "release", "build", "browser", "software", "firmware"))
MOST_BY_CHANCE = 1.0001e-5
"""How likely a column of innocent values may be refused by one kind: five of five where one in ten passes."""
LEAST_SHARE, LEAST_SHARE_OF_NAMES = 0.5, 0.3
"""Of the values with a kind's shape, those that have to pass. Vocabularies of names are never whole."""
LONE_CHANCE = 0.03
"""What passes so seldom is believed of one value, unless the column has others of its shape that do not pass: then it is chance."""
DENSE = 50
"""Numbers given out one after another lie closer than that."""
KEY_SHARE, KEY_ROWS = 0.5, 50


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Why a column is refused. It holds no value."""

    column: str
    kind: str
    """A key of ``KIND_NAMES``."""
    by_name: bool
    """Whether the column's name said so."""
    rows: int
    """That hold one."""
    share: float
    """Of the rows with a value, over 0 to 1."""
    distinct: int
    """Different values that hold one."""
    first: int
    """The first of these rows, from 1, the header not counted; 0: not told."""

    @property
    def sentence(self) -> Sentence:
        """Column, kind, share, first row and what to do."""
        kind, percent = KIND_NAMES[self.kind], _percent(self.share)
        if not self.first:
            return Sentence(
                "Column {column!r} holds {kind} ({percent} of its rows). Drop it in the contract, or reduce it to what tells of nobody.",
                column=self.column,
                kind=kind,
                percent=percent,
            )
        return Sentence(
            "Column {column!r} holds {kind} ({percent} of its rows, first in row {row})."
            " Drop it in the contract, or reduce it to what tells of nobody.",
            column=self.column,
            kind=kind,
            percent=percent,
            row=self.first,
        )


class _Tally(msgspec.Struct):
    """Different values by one kind and chance."""

    seen: int = 0
    passed: int = 0
    rows: int = 0
    first: int = 0
    low: int = 0
    high: int = 0

    def add(self, sign: Sign, rows: int, first: int) -> None:
        self.seen += 1
        if not sign.passed:
            return
        self.first = min(self.first or first, first) if first else self.first
        self.low, self.high = (min(self.low, sign.number), max(self.high, sign.number)) if self.passed else (sign.number, sign.number)
        self.passed, self.rows = self.passed + 1, self.rows + rows


class Look:
    """A column while its different values come in."""

    def __init__(self, header: str) -> None:
        self.header, self.hint = header, look_at_header(header)
        self._of_versions = not VERSION_WORDS.isdisjoint(words_of(header))
        self._tallies: dict[tuple[str, float], _Tally] = {}
        self.rows = 0
        """With a value; whoever leaves out innocent ones adds them here."""

    def see(self, value: str, rows: int = 1, first: int = 0) -> None:
        """One different value, the rows that hold it and the first of them."""
        if not value or value.isspace():
            return
        self.rows += rows
        for key, sign in self._signs(value).items():
            self._tallies.setdefault(key, _Tally()).add(sign, rows, first)

    def finding(self) -> Finding | None:
        """The kind that most rows hold, or ``None``: nothing here points at a person."""
        found = [(key, tally) for key, tally in self._tallies.items() if self._convinces(*key, tally)]
        if not found:
            return None
        (kind, _), tally = max(found, key=lambda pair: (pair[0][0] == self.hint, pair[1].rows))
        return Finding(
            column=self.header, kind=kind, by_name=kind == self.hint, rows=tally.rows, share=min(1.0, tally.rows / max(1, self.rows)),
            distinct=tally.passed, first=tally.first,
        )  # fmt: skip

    def _signs(self, value: str) -> dict[tuple[str, float], Sign]:
        signs = {}
        for sign in signs_of(value):
            if sign.kind == "ip" and self._of_versions:
                continue
            key = sign.kind, sign.chance
            if key not in signs or sign.passed:
                signs[key] = sign
        if self.hint and keeps_promise(self.hint, value):
            signs[self.hint, CERTAIN] = Sign(self.hint)
        return signs

    def _convinces(self, kind: str, chance: float, tally: _Tally) -> bool:
        if not tally.passed:
            return False
        if kind == self.hint or chance == CERTAIN:
            return True
        if chance == ONLY_HINTED or (tally.high and tally.passed > 1 and tally.high - tally.low < DENSE * tally.passed):
            return False
        share = tally.passed / tally.seen
        if chance <= LONE_CHANCE and share == 1:
            return True
        least = LEAST_SHARE_OF_NAMES if kind == "name" and chance < PAIR_CHANCE else LEAST_SHARE
        return share >= least and _by_chance(share, tally.seen, chance) <= MOST_BY_CHANCE


def look(values: Iterable[tuple[str, int] | tuple[str, int, int]], *, header: str) -> Finding | None:
    """What a column's different values hold: each with the number of its rows and, where it is known, the first of them.

    >>> print(look([("+7 916 123-45-67", 3, 8), ("none", 1, 1)], header="note").sentence.split(". ")[0])
    Column 'note' holds telephone numbers (75 % of its rows, first in row 8)
    >>> look([("Piccadilly", 40), ("Ancoats", 12)], header="Ward") is None
    True
    """
    column = Look(header)
    for seen in values:
        column.see(*seen)
    return column.finding()


def signs_of(value: str) -> Iterable[Sign]:
    """Signs of identifiers in one value, by every detector."""
    text = plain(value)
    if text is None:
        return ()
    return tuple(itertools.chain.from_iterable(signs_in(text) for signs_in in DETECTORS))


def is_nearly_key(distinct: int, rows: int) -> bool:
    """Whether a text column tells nearly every row apart: more than half as many values as rows, in more than 50 rows."""
    return rows > KEY_ROWS and distinct > KEY_SHARE * rows


def _by_chance(share: float, seen: int, chance: float) -> float:
    """Chernoff's bound on the probability that at least this share of innocent values passes."""
    rest = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return math.exp(-seen * (share * math.log(share / chance) + rest)) if share > chance else 1.0


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %") if share >= 0.01 else "< 1 %"
