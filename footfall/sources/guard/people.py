"""People's names, in Russian and English, by vocabulary and endings; nothing guesses by a model."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from footfall.sources.guard.plain import Plain
from footfall.sources.guard.sign import Sign

__all__ = ["GIVEN", "PAIR_CHANCE", "in_people"]

_DATA = Path(__file__).parents[1] / "data"


def _read(name: str) -> frozenset[str]:
    lines = (_DATA / name).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.lower().replace("ё", "е").split())


GIVEN = _read("given_names.txt")
"""Given names in lower case."""
_PLACES = _read("place_words.txt")
"""Words that make a street, a building or an event of a name."""
_NO_SURNAMES = GIVEN | _PLACES
_RUSSIAN_STEMS = frozenset(re.sub(r"[аяйь]$", "", name) for name in GIVEN if re.match("[а-я]", name))
_CASE = re.compile(r"(?:[аяуюеиыйь]|ой|ей|ом|ем|ою|ею|ии|ию|ией|ием|ия)$")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PATRONYMIC = re.compile(
    r"[а-яё]+(?:(?:ов|ев|ёв)(?:ич(?:а|у|ем|е)?|н(?:а|ы|е|ой|у))|(?:ин)?ичн(?:а|ы|е|ой|у)|(?:ль|ьм|к|м)ич(?:а|у|ем|е)?)", re.IGNORECASE
)
_LATIN_PATRONYMIC = re.compile(r"[a-z]{2,}(?:ovich|evich|yevich|ovna|evna|yevna|ichna)", re.IGNORECASE)
_SURNAME = re.compile(
    r"[а-яё-]{1,}(?:(?:ов|ев|ёв|ин|ын)(?:а|у|ым|ой|е)?|(?:ск|цк)(?:ий|ого|ому|им|ая|ой|ую)|енко|[уюя]к|ко|ян|дзе|швили|[ыи]х)",
    re.IGNORECASE,
)
_INITIALS = re.compile(
    r"(?<![\w.])(?:(?P<after>[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?|[А-ЯЁ]{3,}),?\s[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.)?(?![\w.])"
    r"|[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.)?\s?(?P<before>[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?|[А-ЯЁ]{3,})(?![\w]))"
)
_LATIN_INITIALS = re.compile(r"^(?:[A-Z]\.\s?){1,3}[A-Z][a-z'’-]{2,}$|^[A-Z][a-z'’-]{2,},?\s(?:[A-Z]\.\s?){1,3}$")
_HONORIFIC = re.compile(
    r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Herr|Frau|Mme|Monsieur|Madame|г-н|г-жа|гр\.|гражданин|гражданка|гражданке|гражданина)\.?\s(?P<name>[A-ZА-ЯЁ][\w'’-]+)"
)
_NAMED = re.compile(
    r"(?:\bname\b|\bfio\b|фио|заявитель|клиент|плательщик|водитель|пассажир|абонент"
    r"|customer|passenger|resident|от имени|меня зовут|my name is)"
    r"[\s:=–-]{1,3}(?P<name>[A-ZА-ЯЁ][\w'’-]+\s[A-ZА-ЯЁ][\w'’-]+)",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"\b(?i:dear|sincerely|regards|yours|уважаем(?:ый|ая)|с уважением)[\s,]{1,3}"
    r"(?P<name>[A-ZА-ЯЁ][\w'’-]+\s[A-ZА-ЯЁ][\w'’-]+)(?!\w)"
)
_LISTED = re.compile(
    r"([А-ЯЁ][а-яё]*(?:-[А-ЯЁ][а-яё]*)?(?:(?:ов|ев|ёв|ин|ын)а?|енко)),?\s([А-ЯЁ][а-яё]+)"
    r"|([A-Z][a-z'’-]+),\s([A-Z][a-z]+)|([A-Z][a-z'’-]+(?:[oe]va?|enko|sk[iy]y?|skaya))\s([A-Z][a-z]+)"
)
"""Surname and given name, as lists of people have them: titles and streets have the given name first."""
_MEN_IN_A = frozenset("илья никита данила лука фома кузьма савва".split())
_PLACE_LETTERS = frozenset("ГДСП")
"""What stands before towns and villages as well as for a name."""
_CLAUSE = re.compile("[,.;:!?]")
_HONOURED = re.compile(
    r"\bим\.|имени|памяти|улиц|\bул\.|площад|музе|лекци|вечер|творчеств|юбиле|\bлет\b|летию|школ|театр|библиотек|выставк|концерт|спектакл"
    r"|проспект|бульвар|переулок|набережн|шоссе|парк|сквер|памятник|роман|стих|повест|поэт|писател|книг|фильм|чтени|премь|встреч|мастер-класс"
    r"|показ|кино|concert|exhibition|lecture|memorial|library|museum|tribute|reading|works of",
    re.IGNORECASE,
)
_PAIR = re.compile(r"(?:^|(?<=[a-zA-ZА-яё,:;(–-]\s))([A-Z][a-z]+),?\s(?:[A-Z]\.\s)?([A-Z][a-z]+)(?!\w)")
_RUSSIAN_PAIR = re.compile(r"(?<!\w)([А-ЯЁ][а-яё]+)\s([А-ЯЁ][а-яё]+)(?!\w)")
PAIR_CHANCE, WHOLE_CHANCE, RUSSIAN_PAIR_CHANCE, LISTED_CHANCE = 0.1, 0.08, 0.04, 0.03
"""Titles name heroes."""
_DIGIT = re.compile(r"\d")
_MOST_LETTERS = 60
"""Of a value that is nothing but a name."""


def in_people(value: Plain) -> Iterator[Sign]:
    """Signs of names."""
    text = value.words
    if _names_somebody(text):
        yield Sign("name")
    elif len(text) <= _MOST_LETTERS and not _DIGIT.search(text):
        whole = tuple(_whole(text))
        yield from whole or _within(text)
    else:
        yield from _within(text)


def _names_somebody(text: str) -> bool:
    """A given name beside its patronymic, or a word that says so: wherever it stands, but not where a name is honoured or performs."""
    for found in itertools.chain(*(named.finditer(text) for named in (_HONORIFIC, _NAMED, _ADDRESSED))):
        if not _has_place(_CLAUSE.split(text[found.end("name") :])[0]) and _looks_like_name(found["name"]):
            return True
    words = _WORD.findall(text)
    if any(_are_given_and_patronymic(*pair) for pair in itertools.pairwise(words)):
        return not _HONOURED.search(text)
    return False


def _looks_like_name(name: str) -> bool:
    words = name.split()
    return not any(word.lower() in _PLACES for word in words) and (
        len(words) == 1 or any(_is_given(word) for word in words) or all(map(_SURNAME.fullmatch, words))
    )


def _are_given_and_patronymic(first: str, second: str) -> bool:
    return bool(_PATRONYMIC.fullmatch(second) or _LATIN_PATRONYMIC.fullmatch(second)) and (_is_given(first) or first[:1].isupper())


def _is_given(word: str) -> bool:
    lower = word.lower().replace("ё", "е")
    if lower in GIVEN:
        return True
    return "а" <= lower[:1] <= "я" and _CASE.sub("", lower) in _RUSSIAN_STEMS


def _has_place(text: str) -> bool:
    return any(word.lower() in _PLACES for word in _WORD.findall(text)[:3])


def _whole(text: str) -> Iterator[Sign]:
    """A value of two to four words, or of a surname and initials: is it a name?"""
    words = _WORD.findall(text)
    if _HONOURED.search(text) or not 2 <= len(words) <= 4 or _WORD.sub("", text).strip(" .,"):
        return
    initials = _INITIALS.fullmatch(text.strip(" ,"))
    if initials:
        is_place = text.strip()[:1] in _PLACE_LETTERS and text.strip()[1:2] == "." and text.count(".") == 1
        yield Sign("name", bool(_SURNAME.fullmatch(initials["after"] or initials["before"])), WHOLE_CHANCE if is_place else 0.02)
    elif _LATIN_INITIALS.match(text.strip()):
        yield Sign("name", True, 0.05)
    elif all(len(word) > 1 for word in words[:1] + words[-1:]):
        yield Sign("name", _are_names(words), WHOLE_CHANCE)
        if listed := _LISTED.fullmatch(text.title() if text.isupper() else text):
            surname, given = filter(None, listed.groups())
            yield Sign("name", _is_given_of(given, surname), LISTED_CHANCE)


def _within(text: str) -> Iterator[Sign]:
    """A surname with two initials, or a given name and one more, in a sentence that honours nobody."""
    if _HONOURED.search(text):
        return
    for found in _INITIALS.finditer(text):
        if found[0].count(".") == 2:
            yield Sign("name", bool(_SURNAME.fullmatch(found["after"] or found["before"])), 0.02)
    for found in _RUSSIAN_PAIR.finditer(text):
        yield Sign("name", _are_given_and_surname(*found.groups()), RUSSIAN_PAIR_CHANCE)
    for found in _PAIR.finditer(text):
        yield Sign("name", _are_names([found[1], found[2]]) and not _has_place(text[found.end() :]), PAIR_CHANCE)


def _are_given_and_surname(first: str, second: str) -> bool:
    return bool((_is_given(first) and _SURNAME.fullmatch(second)) or (_is_given(second) and _SURNAME.fullmatch(first)))


def _is_given_of(given: str, surname: str) -> bool:
    """Of the surname's gender, where it has one: "Магазин Роза" is no man."""
    name = given.lower().replace("ё", "е")
    if name not in GIVEN or surname.lower() in _NO_SURNAMES:
        return False
    is_man = not name.endswith(("а", "я")) or name in _MEN_IN_A
    return name.isascii() or surname.endswith("о") or name.endswith("ь") or is_man != surname.endswith("а")


def _are_names(words: list[str]) -> bool:
    return not any(word.lower() in _PLACES for word in words) and (_is_given(words[0]) or _is_given(words[1]) or _is_given(words[-1]))
