"""Interests fade, stay few, and put a list in their order without hiding what everybody is shown."""

from hypothesis import given
from hypothesis import strategies as st

from footfall.interests.taste import CAP, LEAST, MOST_TOPICS, Candidate, decayed, learned, ranked

TOPICS = st.sampled_from(["parks", "taxes", "schools", "transport"])
WEIGHTS = st.dictionaries(TOPICS, st.floats(0, CAP))
ABOUT = st.dictionaries(TOPICS, st.floats(0, 1), max_size=3).map(lambda found: tuple(found.items()))
LISTS = st.lists(st.tuples(st.floats(0, 1), ABOUT), max_size=12).map(
    lambda found: [Candidate(number, *one) for number, one in enumerate(found)]
)


def test_half_is_left_after_thirty_days_and_nothing_of_a_light_topic():
    assert decayed({"parks": 4.0, "taxes": 2 * LEAST - 0.01}, 30) == {"parks": 2.0}
    assert decayed({"parks": 4.0}, -3) == {"parks": 4.0}, "a clock that was put back adds nothing"


def test_no_topic_grows_without_end_and_only_the_heaviest_are_kept():
    weights = {f"topic-{number}": 1.0 + number for number in range(MOST_TOPICS)}
    grown = learned(weights | {"parks": CAP}, (("parks", 1.0), ("new", 0.5)))
    assert grown["parks"] == CAP
    assert len(grown) == MOST_TOPICS
    assert "new" not in grown and "topic-0" not in grown


def test_what_is_read_about_comes_first_and_says_why():
    found = ranked([Candidate(1, 1.0, (("parks", 0.9),)), Candidate(2, 0.6, (("taxes", 0.8), ("parks", 0.1)))], {"taxes": 2.0}, 2)
    assert [(one.item, one.topic) for one in found] == [(2, "taxes"), (1, "")]


def test_what_editors_pinned_stays_in_front():
    pinned, liked = Candidate(1, 0.1, (("taxes", 0.5),), pinned=True), Candidate(2, 1.0, (("parks", 0.9),))
    assert ranked([pinned, liked], {"parks": 9.0}, 2) == [(1, ""), (2, "parks")]


def test_one_topic_takes_a_third_of_the_places_while_others_can_fill_them():
    parks = [Candidate(number, 1.0, (("parks", 0.9),)) for number in range(6)]
    others = [Candidate(10 + number, 0.1, ((f"topic-{number}", 0.5),)) for number in range(4)]
    assert [one.item for one in ranked(parks + others, {"parks": 5.0}, 6)] == [0, 1, 10, 11, 12, 13]
    assert [one.item for one in ranked(parks, {"parks": 5.0}, 6)] == [0, 1, 2, 3, 4, 5]


@given(LISTS, WEIGHTS, st.integers(1, 12))
def test_every_list_is_a_part_of_the_candidates_each_once(candidates, weights, n):
    found = [one.item for one in ranked(candidates, weights, n)]
    assert len(found) == min(n, len(candidates)) == len(set(found))


@given(LISTS)
def test_without_interests_the_order_is_everybody_s(candidates):
    assert [one.item for one in ranked(candidates, {}, 12)] == [one.item for one in candidates]
