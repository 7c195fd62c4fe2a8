"""Cards that go on are told after the new ones: by turn, as many as there is time for, and each as it was when it was looked at."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from footfall.control.database import open_control
from footfall.control.trends import Card, find_card, list_cards, save_cards
from footfall.serve.telling_again import Again, PutOff, tell_again
from footfall.trends.explain import Explained, Reason
from footfall.trends.panel import Expected, Panel
from footfall.trends.watching import Look

FIRST = datetime(2026, 3, 10, tzinfo=UTC)
NUMBERS = dict.fromkeys(("observed", "expected", "low", "high", "lift"))


def body(hour):
    ends = (FIRST + timedelta(hours=hour)).isoformat(timespec="seconds")
    return msgspec.json.encode(
        Explained(name="/a", counts="pageviews", confidence="likely", reason=Reason("unknown"), told=ends, **NUMBERS)
    ).decode()


def card(key, hour, *, state="emerging", **rest):
    times = {"since_ms": 10, "found_ms": 20, "seen_ms": 30}
    known = {"step": "hour", "kind": "rise", "dimension": "page", "marks": "11", "strength": 4.5, "body": body(hour)}
    return Card(site=1, key=key, members=(("page", key),), state=state, **known | times | rest)


@pytest.fixture
def control(tmp_path):
    opened = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: 1)
    opened.create_portal(domain="a.example")
    yield opened
    opened.close()


def seen(pages):
    """An hour of a portal with so many pages."""
    keys = ((1, "portal", ""), *((1, "page", f"/{number}") for number in range(pages)))
    values = np.arange(len(keys), dtype=np.float64)[:, None]
    panel = Panel(keys=keys, first=FIRST, step="hour", values=values, groups=np.zeros(len(keys), dtype=np.int32))
    expected = Expected(mu=values, dispersion=values, factor=np.ones((1, 1)), outage=np.array([[True]]))
    return Look(panel, expected, values, (), {(1, "page", "/3"): 40, (1, "page", "/4"): 50}, True)


def test_new_cards_are_told_at_once_and_those_that_go_on_later_with_their_own_series_alone():
    told = []
    known = msgspec.structs.replace(card("/3", 1), id=7, dimension="portal", key="")
    put_off = PutOff(lambda look, found, one: told.append(look.panel.keys) or "told", [known])
    assert put_off(seen(9), None, msgspec.structs.replace(known, id=0)) == "told"
    assert put_off(seen(9), None, msgspec.structs.replace(known, state="trend", merged=(5,))) == known.body
    (again,) = put_off.again
    assert (len(told), again.is_new_state, again.card.merged) == (1, True, ())
    assert again.tell() == "told" and told[-1] == ((1, "portal", ""),)


def test_a_look_at_one_series_has_its_numbers():
    alone = seen(9).only("page", "/3")
    assert (alone.panel.keys, alone.panel.values[0, 0], alone.expected.mu[0, 0], alone.z[0, 0]) == (((1, "page", "/3"),), 4.0, 4.0, 4.0)
    assert (alone.visitors, alone.ends_ms, alone.whole) == ({(1, "page", "/3"): 40}, seen(9).ends_ms, ("portal", ""))
    assert alone.panel.values.base is None, "the others are not kept with it"


def test_a_new_state_is_told_first_then_what_was_told_longest_ago_as_far_as_there_is_time(control):
    saved = save_cards(control, [card("/late", 3), card("/new", 5, state="trend"), card("/early", 1), card("/never", 9)])
    cards = [Again(one, one.state == "trend", lambda one=one: one.body.replace("/a", one.key)) for one in saved]
    room = iter((False, False, False, True))
    assert tell_again(control, cards, lambda: next(room)) == 3
    names = {one.key: msgspec.json.decode(find_card(control, one.id).body)["name"] for one in saved}
    assert names == {"/late": "/late", "/new": "/new", "/early": "/early", "/never": "/a"}
    assert len(list_cards(control, [1])) == 4
