from datetime import UTC, date, datetime

import pytest

from footfall.errors import Conflict, NotFound
from footfall.sentences import NONE_YET, Sentence
from footfall.serve.pages.language import LANGUAGES, choose, language

NBSP, NARROW = "\u00a0", "\u202f"


def plain(text):
    return text.replace(NBSP, " ").replace(NARROW, " ").replace("\u2009", " ")


@pytest.mark.parametrize(
    ("code", "number", "short", "percent", "day", "span"),
    [
        ("en", "1,234,567.89", "12.3K", "12.3%", "Jan 3, 2026", "Jan 3 – 9, 2026"),
        ("ru", "1 234 567,89", "12,3 тыс.", "12,3 %", "3 янв. 2026 г.", "3–9 янв. 2026 г."),
    ],
)
def test_numbers_and_days_are_written_as_the_language_does(code, number, short, percent, day, span):
    spoken = language(code)
    found = (
        spoken.number(1_234_567.891, 2),
        spoken.short(12_345),
        spoken.percent(12.345),
        spoken.day(date(2026, 1, 3)),
        spoken.span(date(2026, 1, 3), date(2026, 1, 9)),
    )
    assert tuple(map(plain, found)) == (number, short, percent, day, span)


def test_counts_below_ten_thousand_are_shown_whole():
    assert [language("en").short(value) for value in (0, 9_999, 10_000, 1_250_000)] == ["0", "9,999", "10K", "1.2M"]


@pytest.mark.parametrize(("seconds", "said"), [(0, "0s"), (59.6, "1m 00s"), (65, "1m 05s"), (7_800, "2h 10m")])
def test_durations_name_their_two_largest_units(seconds, said):
    assert language("en").duration(seconds) == said


def test_time_of_day_is_that_of_the_instants_zone():
    assert language("en").time(datetime(2026, 1, 1, 9, 5, tzinfo=UTC)) == "09:05"


@pytest.mark.parametrize(
    ("wanted", "accepted", "chosen"),
    [("ru", "en", "ru"), ("", "ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("", "de, en;q=0.5", "en"), ("xx", "", "en"), ("", "*", "en")],
)
def test_language_is_the_wanted_one_else_the_browsers_first_that_is_known(wanted, accepted, chosen):
    assert choose(wanted, accepted).code == chosen


def test_every_language_is_named_in_itself():
    assert LANGUAGES["ru"] == "Русский"


@pytest.mark.parametrize(
    ("error", "english", "russian"),
    [
        (NotFound("No note {id} on this portal.", id=7), "No note 7 on this portal.", "На этом портале нет заметки 7."),
        (Conflict("The store is closed."), "The store is closed.", "Хранилище закрыто."),
        (NotFound("Nothing here is {known}."), "Nothing here is {known}.", "Nothing here is {known}."),
        (
            NotFound("No tab {name!r} here. Valid: {valid}.", name="{0}%(x)s", valid=NONE_YET),
            "No tab '{0}%(x)s' here. Valid: none yet.",
            "Вкладки «{0}%(x)s» здесь нет. Допустимо: пока ничего.",
        ),
    ],
)
def test_error_is_said_in_the_readers_language_with_what_it_quotes(error, english, russian):
    assert str(error) == english
    assert [language(code).said(error.sentence) for code in ("en", "ru")] == [english, russian]


def test_count_in_a_sentence_is_grouped_as_the_language_groups():
    said = Sentence("Portals here: {names} and {more:,} more.", names="a.example", more=1234)
    assert language("en").said(said) == said == "Portals here: a.example and 1,234 more."
    assert plain(language("ru").said(said)).endswith("ещё 1 234.")
