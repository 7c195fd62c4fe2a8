"""Texts become the same features whatever their case, spelling of ё, or machine."""

import numpy as np
import pytest

from footfall.interests.words import FEATURES, stems_of, terms_of, words_in


def test_text_without_a_word_has_no_features():
    assert [part.size for text in ("", " – !", "\n") for part in terms_of(text)] == [0] * 12


def test_features_lie_in_their_halves_in_order_and_once():
    terms = terms_of("The park, the parks and the ПАРК 2026")
    for part, low, high in ((terms.grams, 0, FEATURES // 2), (terms.stems, FEATURES // 2, FEATURES)):
        assert (np.diff(part) > 0).all()
        assert low <= part.min() and part.max() < high
    assert terms.stems_counts.sum() == 8


def test_case_and_yo_and_punctuation_make_no_difference():
    assert [part.tolist() for part in terms_of("ЁЛКА, новая!")] == [part.tolist() for part in terms_of("елка новая")]


def test_features_are_the_same_on_every_machine():
    assert terms_of("bus").grams.tolist() == BUS_GRAMS


BUS_GRAMS = [2650, 11881, 40895, 74651, 193446, 231964]


@pytest.mark.parametrize(
    ("text", "language", "stems"),
    [
        ("детские сады", "ru", "детск сад"),
        ("детских садов", "", "детск сад"),
        ("детскими садами", "en", "детск сад"),
        ("parking permits", "", "park permit"),
        ("parking permits", "ru", "park permit"),
        ("Häuser", "de", "haus"),
        ("школи", "uk", "школи"),
        ("図書館", "ja", "図書館"),
        ("kirjastot", "fi-FI", "kirjasto"),
    ],
)
def test_words_lose_their_endings_by_language_and_script(text, language, stems):
    assert stems_of(words_in(text), language) == stems.split()
