"""The languages of the pages: gettext catalogues, and numbers, dates and durations as each writes them."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from string import Formatter
from typing import Any

import msgspec
from babel import Locale, dates, lists, numbers
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from footfall.sentences import Sentence

__all__ = ["LANGUAGES", "N_", "Language", "choose", "language"]

LANGUAGES = {"en": "English", "ru": "Русский"}
"""Code and own name; the first is the source text's."""
CATALOGUES = ("messages.po", "sentences.po")
FEW_UNITS = 10_000
"""Counts from here on are shown short: 12.3K."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """The text itself, marked for the catalogues; it is translated where it is shown."""
    return text


class Language(msgspec.Struct, frozen=True):
    """A language at work."""

    code: str
    locale: Locale
    translations: NullTranslations

    def text(self, message: str, **values: object) -> str:
        """The message in this language, ``%(name)s`` filled in."""
        found = self.translations.gettext(message)
        return found % values if values else found

    def said(self, sentence: str) -> str:
        """An error's sentence in this language, with what it quotes; any other text as the catalogues have it."""
        if not isinstance(sentence, Sentence) or not sentence.values:
            return self.text(sentence)
        values = {name: self.said(value) if isinstance(value, Sentence) else value for name, value in sentence.values.items()}
        return _Filled(self).vformat(self.translations.gettext(sentence.template), (), values)

    def number(self, value: float, digits: int = 0) -> str:
        """Grouped, with at most so many decimals; a no-break space groups in Russian."""
        return numbers.format_decimal(value, _pattern(digits), locale=self.locale)

    def short(self, value: int) -> str:
        """A count that fits a card: ``9,871``, ``12.3K``, ``1.2M``."""
        if abs(value) < FEW_UNITS:
            return self.number(value)
        return numbers.format_compact_decimal(value, fraction_digits=1, locale=self.locale)

    def percent(self, value: float, digits: int = 1) -> str:
        """Of a value in percent: ``12.5%``, in Russian with a space before the sign."""
        sign = str(self.locale.percent_formats[None].pattern).lstrip("#,0")
        return numbers.format_percent(value / 100, _pattern(digits) + sign, locale=self.locale)

    def day(self, value: date, parts: str = "yMMMd") -> str:
        """A day by the parts wanted of it (CLDR's skeletons): ``3 Jan 2026``, ``January 2026``."""
        return dates.format_skeleton(parts, value, locale=self.locale)

    def time(self, value: datetime) -> str:
        """Hours and minutes where the instant's own zone has them."""
        return dates.format_skeleton("Hm", value, tzinfo=value.tzinfo, locale=self.locale)

    def span(self, first: date, last: date) -> str:
        """Two days, or the one that both are, the parts they share written once."""
        return dates.format_interval(first, last, "yMMMd", locale=self.locale)

    def duration(self, seconds: float) -> str:
        """``1m 05s``, ``2h 10m``."""
        whole = round(seconds)
        hours, rest = divmod(whole, 3600)
        minutes, left = divmod(rest, 60)
        if hours:
            return self.text(N_("%(hours)sh %(minutes)sm"), hours=hours, minutes=f"{minutes:02}")
        if minutes:
            return self.text(N_("%(minutes)sm %(seconds)ss"), minutes=minutes, seconds=f"{left:02}")
        return self.text(N_("%(seconds)ss"), seconds=left)

    def listed(self, words: Iterable[str]) -> str:
        return lists.format_list(list(words), locale=self.locale)


class _Filled(Formatter):
    """Fills in a sentence; ``{count:,}`` is grouped as the language groups."""

    def __init__(self, spoken: Language) -> None:
        self._spoken = spoken

    def format_field(self, value: Any, format_spec: str) -> str:
        return self._spoken.number(value) if format_spec == "," else str(super().format_field(value, format_spec))


@lru_cache
def language(code: str) -> Language:
    """Raises KeyError for a code that is not of LANGUAGES."""
    if code not in LANGUAGES:
        raise KeyError(code)
    return Language(code, Locale.parse(code), _translations(code))


def choose(wanted: str, accepted: str) -> Language:
    """The language ``wanted``, else the first that a browser's Accept-Language names, else English."""
    codes = [wanted, *(part.split(";")[0].strip().split("-")[0].lower() for part in accepted.split(","))]
    return language(next((code for code in codes if code in LANGUAGES), next(iter(LANGUAGES))))


def _translations(code: str) -> NullTranslations:
    """The texts of pages (``messages.po``), and sentences of errors that are said in more than one language (``sentences.po``)."""
    folder = files("footfall.serve.pages") / "locale" / code / "LC_MESSAGES"
    if not folder.is_dir():
        return NullTranslations()
    whole = Catalog(locale=code)
    for name in CATALOGUES:
        with (folder / name).open("rb") as source:
            for message in read_po(source, locale=code):
                if message.id:
                    whole.add(message.id, message.string)
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "#" * digits if digits else "")
