"""Weights of the blend that a portal's own visits choose."""

import random

import pytest

from footfall.interests.blend import BLENDS
from footfall.interests.learning import Counts
from footfall.interests.tuning import tuned
from tests.unit.interests.making import NOW_MS, Alike, item, model, request

ITEMS = [item(id) for id in range(1, 13)]
ALIKE = Alike({id: [((id + 5) % 12 + 1, 0.9), ((id + 6) % 12 + 1, 0.8)] for id in range(1, 13)})
"""Titles that lead elsewhere than visitors go."""


def visits(number, next_of, seed=1):
    """Of four pages each."""
    chance = random.Random(seed)
    found = []
    for _ in range(number):
        visit = [chance.randint(1, 12)]
        while len(visit) < 4:
            visit.append(next_of(chance, visit))
        found.append(visit)
    return found


def by_popularity(chance, visit):
    """Whatever was seen before."""
    return chance.choices(range(1, 13), [2**-at for at in range(12)])[0]


def by_title(chance, visit):
    return (visit[-1] + 5) % 12 + 1 if chance.random() < 0.8 else chance.randint(1, 12)


def test_where_visitors_want_the_same_few_pages_these_are_shown_and_words_are_not_heard():
    seen = visits(2_000, by_popularity)
    found = tuned(ITEMS, Counts(sessions=seen), ALIKE, NOW_MS)
    assert found[0] == BLENDS[0], "nothing is known of who has no history"
    assert found[1]["popular"] > 3 * BLENDS[1]["popular"]
    assert found[1]["text"] < BLENDS[1]["text"]
    assert found[2] == BLENDS[2], "too few went on to a fourth page"
    known = model(ITEMS, ALIKE, sessions=seen, blends=found)
    assert [choice.item for choice in known.recommend(request(current=12, n=3))] == [1, 2, 3]
    usually = model(ITEMS, ALIKE, sessions=seen)
    assert [choice.item for choice in usually.recommend(request(current=12, n=3))] != [1, 2, 3]


def test_where_words_lead_to_the_next_page_they_stay_heard():
    found = tuned(ITEMS, Counts(sessions=visits(2_000, by_title)), ALIKE, NOW_MS)
    assert found[1]["text"] > found[1]["popular"]
    known = model(ITEMS, ALIKE, sessions=visits(2_000, by_title), blends=found)
    assert known.recommend(request(current=3, n=1))[0].item == 9


def test_interest_and_district_keep_their_part():
    found = tuned(ITEMS, Counts(sessions=visits(2_000, by_popularity)), ALIKE, NOW_MS)
    for mine, usual in zip(found, BLENDS, strict=True):
        assert mine.keys() == usual.keys()
        assert (mine["topics"], mine["district"]) == (usual["topics"], usual["district"])
        assert sum(mine.values()) == pytest.approx(sum(usual.values()), abs=0.01)


@pytest.mark.parametrize("sessions", [None, [], visits(499, by_popularity), [[1, 2]] * 499])
def test_few_visits_choose_nothing(sessions):
    assert tuned(ITEMS, Counts(sessions=sessions), ALIKE, NOW_MS) == BLENDS


def test_same_visits_choose_the_same():
    counts = Counts(sessions=visits(800, by_popularity))
    assert tuned(ITEMS, counts, ALIKE, NOW_MS) == tuned(ITEMS, counts, ALIKE, NOW_MS)


def test_who_has_no_history_is_told_nothing_of_visits():
    seen = visits(800, by_popularity)
    with_visits, without = (model(ITEMS, pages={"/7": 50.0}, sessions=sessions) for sessions in (seen, None))
    assert with_visits.recommend(request()) == without.recommend(request())
