"""Cards of trends: kept with their state, gone with their portal, and judged once by each who judges."""

import msgspec
import pytest

from footfall.control.audit import acting_as, read_audit
from footfall.control.datasets import put_dataset, withdraw_dataset
from footfall.control.trends import (
    Card,
    cards_since,
    city_news,
    find_card,
    forget_dataset_cards,
    forget_old_cards,
    give_feedback,
    kept_of,
    list_cards,
    save_cards,
    strictness_of,
    verdicts_of,
)
from footfall.errors import BadInput, NotFound


def card(site, key="/a", **rest):
    known = {"step": "hour", "kind": "rise", "dimension": "page", "state": "emerging", "marks": "11", "strength": 4.5, "body": "{}"}
    times = {"since_ms": 10, "found_ms": 20, "seen_ms": 30}
    return Card(site=site, key=key, members=(("page", key), ("search", "a")), **known | times | rest)


@pytest.fixture
def portal(emptied):
    return emptied.create_portal(domain="a.example")


def put(database, *datasets):
    for id in datasets:
        put_dataset(database, id, "1.0.0", f"id: {id}", now_ms=1)


def test_cards_are_kept_changed_and_listed_by_when_they_began(emptied, portal):
    put(emptied, "market")
    over = card(portal.id, "/b", since_ms=15, state="closed", closed_ms=40)
    first, second, city = save_cards(emptied, [card(portal.id), over, card(None, "market:sales")])
    assert [one.id for one in list_cards(emptied, [portal.id])] == [second.id, first.id]
    assert [one.id for one in list_cards(emptied, [portal.id, None], states=["emerging"])] == [city.id, first.id]
    assert list_cards(emptied, [portal.id], since_ms=31) == list_cards(emptied, []) == []
    save_cards(emptied, [msgspec.structs.replace(first, state="trend", seen_ms=50)])
    assert find_card(emptied, first.id) == msgspec.structs.replace(first, state="trend", seen_ms=50)
    assert [one.id for one in cards_since(emptied, "hour", 41)] == [first.id, city.id]
    assert [one.id for one in cards_since(emptied, "hour", 40)] == [first.id, second.id, city.id]
    assert cards_since(emptied, "day", 0) == []


def test_a_card_that_took_another_in_has_what_was_said_of_it_and_the_other_is_gone(emptied, portal):
    one, other = save_cards(emptied, [card(portal.id), card(portal.id, "/b")])
    for operator, id, verdict in (("ann", one.id, "useful"), ("ann", other.id, "noise"), ("bob", other.id, "noise")):
        with acting_as(f"{operator}@example.city"):
            give_feedback(emptied, id, verdict, now_ms=5)
    save_cards(emptied, [msgspec.structs.replace(one, merged=(other.id,))])
    assert [found.id for found in list_cards(emptied, [portal.id])] == [one.id]
    assert verdicts_of(emptied, [one.id, other.id]) == {one.id: {"useful": 1, "noise": 1}}


def test_a_card_that_is_gone_leads_to_the_one_that_took_it_in_as_long_as_that_is_there(emptied, portal):
    first, second, third = save_cards(emptied, [card(portal.id), card(portal.id, "/b"), card(portal.id, "/c")])
    save_cards(emptied, [msgspec.structs.replace(second, merged=(third.id,))])
    save_cards(emptied, [msgspec.structs.replace(first, merged=(second.id,))])
    assert [find_card(emptied, one.id).id for one in (first, second, third)] == [first.id] * 3
    assert kept_of(emptied, [first.id, second.id, third.id]) == {second.id: first.id, third.id: first.id}
    give_feedback(emptied, third.id, "useful", now_ms=5)
    assert verdicts_of(emptied, [first.id]) == {first.id: {"useful": 1}}
    forget_old_cards(emptied, now_ms=10**12)
    assert kept_of(emptied, [second.id, third.id]) == {}
    with pytest.raises(NotFound):
        find_card(emptied, third.id)


def test_cards_of_the_city_are_news_by_the_clock_and_not_by_what_they_tell_of(emptied, portal):
    put(emptied, "counts")
    late, *_ = save_cards(emptied, [card(None, "counts:a", news_ms=90), card(None, "counts:b", news_ms=50), card(None), card(portal.id)])
    assert city_news(emptied, 50) == [late]


def test_a_portal_takes_its_cards_along_and_gets_no_more(emptied, portal):
    (one,) = save_cards(emptied, [card(portal.id)])
    emptied.delete_portal(portal.domain)
    with pytest.raises(NotFound):
        find_card(emptied, one.id)
    assert save_cards(emptied, [card(portal.id)]) == []


def test_noise_makes_a_portal_stricter_and_use_brings_it_back(emptied, portal):
    one, other = save_cards(emptied, [card(portal.id), card(portal.id, "/b")])
    with acting_as("ann@example.city"):
        assert give_feedback(emptied, one.id, "noise", now_ms=5) == pytest.approx(1.1)
        assert give_feedback(emptied, one.id, "noise", now_ms=6) == pytest.approx(1.1), "said once"
    with acting_as("bob@example.city"):
        give_feedback(emptied, one.id, "noise", now_ms=7)
    assert strictness_of(emptied) == {portal.id: pytest.approx(1.21)}
    assert verdicts_of(emptied, [one.id, other.id]) == {one.id: {"noise": 2}}
    with acting_as("ann@example.city"):
        give_feedback(emptied, one.id, "useful", now_ms=8)
    assert verdicts_of(emptied, [one.id]) == {one.id: {"noise": 1, "useful": 1}}
    assert strictness_of(emptied)[portal.id] == pytest.approx(1.21 * 0.95)
    assert [(entry.operator, entry.action, entry.object) for entry in read_audit(emptied, most=1)] == [
        ("ann@example.city", "trend judged", f"{one.id}: useful")
    ]


def test_a_verdict_that_is_none_and_a_card_that_is_none_are_refused(emptied, portal):
    (one,) = save_cards(emptied, [card(portal.id)])
    with pytest.raises(BadInput, match="Valid: useful, noise"):
        give_feedback(emptied, one.id, "meh", now_ms=5)
    with pytest.raises(NotFound):
        give_feedback(emptied, one.id + 1, "noise", now_ms=5)


def test_old_cards_are_forgotten(emptied, portal):
    save_cards(emptied, [card(portal.id)])
    forget_old_cards(emptied, now_ms=30 + 400 * 86_400_000)
    assert len(list_cards(emptied, [portal.id])) == 1
    forget_old_cards(emptied, now_ms=31 + 400 * 86_400_000)
    assert list_cards(emptied, [portal.id]) == []


def test_cards_of_a_dataset_go_with_it_and_no_others(emptied, portal):
    keys = ("market:sales", "market:sales:north", "market_2:sales")
    put(emptied, "market", "market_2")
    own, *city = save_cards(emptied, [card(portal.id, "market:sales"), *(card(None, key) for key in keys)])
    assert forget_dataset_cards(emptied, "market", seen_before_ms=30) == 0
    assert forget_dataset_cards(emptied, "market") == 2
    assert {one.id for one in list_cards(emptied, [portal.id, None])} == {own.id, city[2].id}


def test_card_that_was_made_of_a_dataset_before_it_was_withdrawn_is_not_kept_after(emptied):
    put(emptied, "market")
    (known,) = save_cards(emptied, [card(None, "market:sales")])
    withdraw_dataset(emptied, "market", now_ms=2)
    forget_dataset_cards(emptied, "market")
    assert save_cards(emptied, [known, card(None, "market:sales:north")]) == list_cards(emptied, [None]) == []
