"""Dates of birth: a date with a word beside it that says so. A date alone is anybody's."""

import re
from collections.abc import Iterator

from footfall.sources.guard.plain import Plain
from footfall.sources.guard.sign import Sign

__all__ = ["in_births"]

_MONTH = (
    r"(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-zа-я]*\.?"
)
_YEAR = r"(?:19|20)\d\d(?!\d)"
_DATE = (
    rf"(?<!\d)(?:\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?{_YEAR}|\d\d[./-]\d\d[./-]\d\d(?!\d)|{_YEAR}[./-]\d\d[./-]\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[\s-](?:of\s)?{_MONTH}[\s-]{_YEAR}|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s{_YEAR})"
)
_WORD = (
    r"(?:дат[аыуе]\s(?:мо(?:его|я)\s)?рожд|\bд\.\s?р\b|\bд/р\b|\bродил(?:ся|ась)|\bрожд\."
    r"|рожд[её]нн?[ыа]|\bbirth\s?date|\bdate\sof\sbirth|\bd\.?o\.?b\b)"
)
_AFTER = r"\s?(?:года?\.?\s?рожд(?:ения|\.)|г\.?\s?рожд(?:ения|\.)|рождения|г\.?р\b|г\.?\s?р\.?(?=\s*(?:[,;)]|$))|\(?(?:dob|birth)\b)"
_BIRTH = re.compile(rf"(?:{_WORD}[^\d\n]{{0,20}}?|\bborn(?:\son)?\W{{1,3}}){_DATE}|{_DATE}{_AFTER}", re.IGNORECASE)
_NOTED = re.compile(r"рожд|родил|д[./]\s?р|г\.?\s?р|born|birth|d\.?o\.?b", re.IGNORECASE)
_HONOURED = re.compile(
    r"поэт|писател|композитор|художник|артист|герой|героя|памят|музе[йя]|выставк|лекци|poet|writer|composer|artist|exhibition",
    re.IGNORECASE,
)


def in_births(value: Plain) -> Iterator[Sign]:
    """A sign where the value tells somebody's date of birth, and not that of somebody honoured."""
    text = value.words
    if _NOTED.search(text) and _BIRTH.search(text) and not _HONOURED.search(text):
        yield Sign("birth date")
