"""What the demo's placements are said to have shown."""

from datetime import date

import pytest

from footfall.control.placements import Arm, Placement
from footfall.demo.shown import make_shown
from footfall.demo.simulator import Span

SPAN = Span(first_day=date(2026, 3, 1), days=31)
ARMS = (Arm(name="usual", share=0.5), Arm(name="rising", share=0.5))
ITEMS = list(range(1, 21))


@pytest.fixture(scope="module")
def made():
    return list(make_shown(Placement(id="gov-next", site=1, n=3, arms=ARMS), ITEMS, SPAN, seed=1))


def test_four_weeks_before_today_have_lists_and_the_same_seed_the_same(made):
    placement = Placement(id="gov-next", site=1, n=3, arms=ARMS)
    assert {told.day for told in made} == {f"2026-03-{day:02}" for day in range(3, 31)}
    assert made == list(make_shown(placement, ITEMS, SPAN, seed=1)) != list(make_shown(placement, ITEMS, SPAN, seed=2))
    assert all(len(told.served.items) == 3 and set(told.clicked) <= set(told.served.items) for told in made)


def test_one_arm_is_better_and_the_first_place_is_clicked_most(made):
    of = {arm: [told for told in made if told.served.arm == arm] for arm in ("usual", "rising")}
    rates = {arm: sum(len(told.clicked) for told in lists) / len(lists) for arm, lists in of.items()}
    assert rates["rising"] > rates["usual"]
    places = [sum(told.served.items[place] in told.clicked for told in made) for place in range(3)]
    assert places[0] > places[2] > 0
