"""Texts that are alike are found at once, and what is removed is not."""

import numpy as np
import pytest

from footfall.interests.text import BLOCK_ROWS, TextIndex, likenesses_of, text_of
from footfall.interests.vectors import weights_of
from footfall.interests.words import FEATURES

TEXTS = {
    1: "Opening hours of the swimming pool",
    2: "Swimming lessons for children in the pool",
    3: "Отключение горячей воды",
    4: "Когда отключат горячую воду",
    5: "Bus timetable in winter",
}


@pytest.fixture
def index():
    made = TextIndex()
    made.fill((id, text, "") for id, text in TEXTS.items())
    return made


def ids(found):
    return [id for id, _ in found]


def test_what_is_alike_comes_first_and_the_asked_one_is_left_out(index):
    assert ids(index.similar(1, 2))[0] == 2
    assert ids(index.similar(3, 5))[0] == 4
    assert 1 not in ids(index.similar(1, 10))


def test_text_is_asked_as_an_id_is(index):
    assert index.similar(TEXTS[3], 1) == [(3, pytest.approx(1, abs=1e-5))]


def test_nothing_is_like_what_is_not_there_or_says_nothing(index):
    assert [index.similar(asked, 5) for asked in (99, "", "!", "zzzzzz")] == [[], [], [], []]
    assert index.similar(1, 0) == []
    assert TextIndex().similar("pool", 5) == []


def test_addition_is_found_at_once(index):
    index.add(6, "The pool is closed")
    assert 6 in ids(index.similar("pool", 3))
    assert 6 in index and len(index) == 6


def test_addition_takes_the_place_of_what_had_its_id(index):
    index.add(1, "Зимнее расписание автобуса")
    assert ids(index.similar("swimming pool", 5)) == [2]
    assert len(index) == 5


def test_removal_is_found_no_more_even_after_all_is_weighed_anew(index):
    index.add(6, "The pool is closed")
    for id in (1, 6, 99):
        index.remove(id)
    assert ids(index.similar("pool", 5)) == [2]
    index.refresh()
    assert ids(index.similar("pool", 5)) == [2]


def test_equal_likeness_stands_in_the_order_of_addition():
    index = TextIndex()
    for id in (7, 3, 5):
        index.add(id, "the same text")
    assert ids(index.similar("the same text", 2)) == [7, 3]


def test_texts_added_one_by_one_answer_as_texts_filled_in_once_weighed():
    one, all = TextIndex(), TextIndex()
    texts = [(id, f"{TEXTS[id % 5 + 1]} number {id}", "") for id in range(3 * BLOCK_ROWS)]
    for id, text, language in texts:
        one.add(id, text, language)
    all.fill(texts)
    assert set(ids(one.similar("swimming pool number 7", 5))) & set(ids(all.similar("swimming pool number 7", 5)))
    one.refresh()
    assert one.similar("swimming pool number 7", 5) == all.similar("swimming pool number 7", 5)


def test_nothing_is_weighed_anew_where_no_text_came_or_went(index):
    weighed = index._held
    index.refresh()
    assert index._held is weighed
    index.remove(5)
    index.refresh()
    assert index._held is not weighed and 5 not in index._held.base.ids


def test_text_of_an_item_is_cut():
    assert len(text_of("Title", "Summary", "x" * 20_000)) < 2_000


@pytest.mark.parametrize("n", [1, 7, 100, 1_000])
def test_best_are_those_of_all_features_though_common_ones_are_not_summed_for_all(n):
    words = ("bus", "pool", "museum", "permit", "garden", "school", "tax", "clinic")
    texts = [(id, f"What it costs and where to go: {words[id % 8]} {words[id // 8 % 8]} in street {id % 31}", "en") for id in range(400)]
    index = TextIndex()
    index.fill(texts)
    index.remove(88)
    for asked in (0, 17, 399):
        row = index._rows[asked]
        full = np.zeros(FEATURES)
        full[row.columns] = weights_of(row, index._held.idf)
        alike = {id: float(weights_of(one, index._held.idf) @ full[one.columns]) for id, one in index._rows.items() if id != asked}
        found = index.similar(asked, n)
        assert len(found) == min(n, len(alike))
        assert [score for _, score in found] == pytest.approx(sorted(alike.values(), reverse=True)[:n], abs=3e-5)
        assert all(score == pytest.approx(alike[id], abs=3e-5) for id, score in found)
    assert index._held.base.common.shape[1] > 50


def test_addition_stands_among_what_was_weighed_before():
    index = TextIndex()
    index.fill((id, f"What it costs and where to go: street {id}", "en") for id in range(1_100))
    index.add(2_000, "What it costs and where to go: street 7", "en")
    assert ids(index.similar(7, 1)) == [2_000] and ids(index.similar(2_000, 1)) == [7]


def test_likenesses_found_out_ahead_are_what_would_be_answered_and_only_while_no_text_moves(index, monkeypatch):
    many = [(id, f"{TEXTS[id % 5 + 1]} number {id % 7}, fee and address", "") for id in range(60, 9, -1)]
    index.fill(many)
    asked = [id for id, _, _ in many]
    answers = {(id, n): index.similar(id, n) for id in asked for n in (0, 3, 10)}
    index.know(index.weighed, likenesses_of(index.weighed, 10))
    monkeypatch.setattr("footfall.interests.text._scores", None)
    assert {(id, n): index.similar(id, n) for id, n in answers} == answers
    monkeypatch.undo()
    assert len(index.similar(10, 11)) == 11, "more than was found out"
    assert index.similar(99, 3) == []
    index.add(99, many[0][1])
    assert index.weighed is None
    assert 99 in ids(index.similar(60, 3)), "what was found out is old"
    index.remove(99)
    index.refresh()
    assert index.similar(60, 3) == answers[60, 3]
