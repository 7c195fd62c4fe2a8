import numpy as np
import pytest

from footfall.interests.reasons import Reason
from footfall.interests.rerank import seldom
from tests.unit.interests.making import DAY_MS, NOW_MS, Alike, Placement, Rules, item, model, request

PAIRS = {("/1", "/2"): 80.0, ("/1", "/3"): 40.0, ("/2", "/3"): 12.0, ("/1", "/4"): 9.0}
PAGES = {"/1": 100.0, "/2": 90.0, "/3": 60.0, "/4": 20.0}


def listed(found):
    return [choice.item for choice in found]


@pytest.fixture(scope="module")
def four():
    return model([item(id) for id in (1, 2, 3, 4)], pairs=PAIRS, pages=PAGES)


def test_what_was_seen_together_comes_first_and_says_of_what(four):
    first, second, *_ = four.recommend(request(current=1))
    assert (first.item, first.reason) == (2, Reason("looked", 1))
    assert (second.item, second.reason) == (3, Reason("looked", 1))


def test_pair_under_the_cohort_is_not_heard():
    items = [item(id) for id in (1, 2, 3, 4)]
    without = {pair: visitors for pair, visitors in PAIRS.items() if visitors >= 10}
    assert model(items, pairs=PAIRS, pages=PAGES).version == model(items, pairs=without, pages=PAGES).version


def test_current_and_recent_are_not_recommended(four):
    assert listed(four.recommend(request(current=1, recent=(2,)))) == [3, 4]


def test_what_was_seen_comes_back_before_nothing_does(four):
    assert set(listed(four.recommend(request(current=1, recent=(2, 3, 4))))) == {2, 3, 4}


def test_without_a_history_the_popular_come_first(four):
    found = four.recommend(request())
    assert listed(found) == [1, 2, 3, 4]
    assert {choice.reason for choice in found} == {Reason("popular")}


def test_portal_without_counts_answers_with_what_is_new():
    items = [item(1, kind="article", published_ms=NOW_MS - 300 * DAY_MS), item(2, kind="article", published_ms=NOW_MS)]
    assert listed(model(items).recommend(request(n=1))) in ([1], [2])
    assert len(model(items).recommend(request())) == 2


def test_one_live_item_in_another_language_is_better_than_nothing():
    found = model([item(1, language="ru"), item(2, state="dead")]).recommend(request(language="en", district="north"))
    assert listed(found) == [1]


def test_unknown_portal_and_none_wanted_have_no_answer(four):
    assert four.recommend(request(site=2)) == ()
    assert four.recommend(request(n=0)) == ()


def test_items_of_another_portal_stay_there():
    both = model([item(1), item(2), item(3, site=2)])
    assert set(listed(both.recommend(request()))) == {1, 2}


def test_new_item_is_found_by_its_text():
    found = model([item(1), item(2), item(9)], Alike({1: [(9, 0.8)]}), pages={"/1": 50.0, "/2": 50.0}).recommend(request(current=1))
    assert (found[0].item, found[0].reason) == (9, Reason("similar", 1))


def test_interest_in_a_topic_is_a_reason():
    items = [item(1), item(2, topics=(("parks", 0.9),)), item(3, topics=(("taxes", 0.9),))]
    found = model(items, pages={"/1": 90.0}).recommend(request(topics={"parks": 1.0}))
    assert (found[0].item, found[0].reason) == (2, Reason("topic", "parks"))


def test_what_nothing_speaks_for_is_not_called_popular():
    found = model([item(1), item(2)], pages={"/1": 90.0}).recommend(request())
    assert {choice.item: choice.reason.kind for choice in found} == {1: "popular", 2: "other"}


@pytest.mark.parametrize(("visitors", "second"), [(1_000.0, 2), (100_000.0, 8), (0.0, 8)])
def test_page_that_most_visitors_see_comes_before_what_is_little_alike(visitors, second):
    """Of a thousand visitors eight in ten saw it; of a hundred thousand nobody to speak of."""
    items, alike = [item(1), item(2), item(8), item(9)], Alike({1: [(9, 0.4), (8, 0.1)]})
    found = model(items, alike, pages={"/1": 500.0, "/2": 800.0}, visitors=visitors).recommend(request(current=1))
    assert listed(found)[:2] == [9, second]


def test_page_that_is_drawn_in_a_pair_alone_is_popular_too():
    found = model([item(1), item(2), item(3)], pages={"/1": 900.0}, pairs={("/1", "/3"): 400.0}).recommend(request())
    assert [choice.item for choice in found] == [1, 3, 2]


def test_rising_page_is_said_to_rise():
    found = model([item(1), item(2)], pages={"/1": 11.0}, rising={"/2": 3.0}).recommend(request())
    assert Reason("rising") in {choice.reason for choice in found if choice.item == 2}


def test_own_district_comes_first_and_others_do_not_come():
    items = [item(1), item(2, districts=("north",)), item(3, districts=("south",))]
    found = model(items).recommend(request(district="north"))
    assert listed(found) == [2, 1]
    assert found[0].reason.kind == "district"


@pytest.mark.parametrize(
    "values",
    [
        {"state": "dead"},
        {"state": "hidden"},
        {"weight": 0.0},
        {"valid_from_ms": NOW_MS + 1},
        {"kind": "event", "valid_to_ms": NOW_MS},
        {"language": "ru"},
    ],
)
def test_item_that_may_not_be_shown_is_not(values):
    assert listed(model([item(1, language="en"), item(2, **values)]).recommend(request(language="en"))) == [1]


def test_pins_come_first_in_their_order_and_say_so(four):
    found = four.recommend(request(current=1, placement=Placement(pins=(4, 3))))
    assert listed(found) == [4, 3, 2]
    assert [choice.reason.kind for choice in found] == ["editors", "editors", "looked"]


def test_blocked_never_appears_not_even_pinned_or_alone(four):
    assert listed(four.recommend(request(placement=Placement(pins=(2,), blocked=(2,))))) == [1, 3, 4]
    assert four.recommend(request(placement=Placement(blocked=(1, 2, 3, 4)))) == ()


@pytest.mark.parametrize(
    "rules",
    [
        Rules(kinds=("event",)),
        Rules(topics=("parks",)),
        Rules(districts=("north",)),
        Rules(languages=("ru",)),
        Rules(max_age_days=7),
    ],
)
def test_placement_takes_only_what_its_rules_say(rules):
    wanted = {"kind": "event", "topics": (("parks", 0.5),), "districts": ("north",), "language": "ru", "published_ms": NOW_MS - DAY_MS}
    other = {"kind": "form", "topics": (("taxes", 0.5),), "districts": ("south",), "language": "en", "published_ms": NOW_MS - 9 * DAY_MS}
    found = model([item(1, **wanted), item(2, **other)]).recommend(request(placement=Placement(rules=rules)))
    assert listed(found) == [1]


def test_editors_weight_moves_an_item_up():
    items = [item(1), item(2, weight=10.0), item(3, weight=0.1)]
    assert listed(model(items, pages={"/1": 50.0, "/2": 40.0, "/3": 60.0}).recommend(request())) == [2, 1, 3]


def test_arm_takes_other_weights(four):
    assert listed(four.recommend(request(current=1, weights={"pairs": 0.0, "ease": 0.0, "popular": 1.0}))) == [2, 3, 4]
    assert four.recommend(request(current=1, weights={"pairs": 0.0, "ease": 0.0}))[0].reason == Reason("popular")


def test_same_request_has_the_same_answer(four):
    asked = request(current=1, recent=(3,), placement=Placement(explore=0.1), seed=7)
    assert four.recommend(asked) == four.recommend(asked)


def test_version_says_what_was_learned():
    items = [item(1), item(2)]
    assert model(items).version == model(items).version
    assert model(items).version != model(items, pages={"/1": 20.0}).version


def test_topic_comes_a_third_time_where_nothing_else_is_worth_it():
    parks = [item(id, topics=(("parks", 0.9),)) for id in (1, 2, 3)]
    other = [item(4, topics=(("taxes", 0.9),)), item(5)]
    pages = {"/1": 900.0, "/2": 800.0, "/3": 700.0}
    assert listed(model([*parks, *other], pages=pages).recommend(request(n=3))) == [1, 2, 3]
    assert set(listed(model([*parks, *other], pages=pages | {"/4": 400.0}).recommend(request(n=3)))) == {1, 2, 4}


def test_last_of_five_places_goes_to_the_seldom_listed_only_where_it_is_worth_it():
    scores, usual = np.array([8, 6, 5, 1], dtype=np.float32), np.array([1, 1, 0.1, 0], dtype=np.float32)
    over = seldom(scores, usual, 8.0)
    assert (int(over.argmax()), float(over[3])) == (2, 0.0)
