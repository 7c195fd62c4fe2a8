from datetime import date

from footfall.collect.pipeline import REASONS
from footfall.demo.city import CITY
from footfall.demo.refused import make_refusals
from footfall.demo.simulator import Span

SPAN = Span(first_day=date(2026, 1, 1), days=30, until_s=1_769_601_600)


def test_door_turned_robots_away_on_every_day_and_a_flood_once():
    made = make_refusals(CITY[0], 3, SPAN, seed=1)
    assert made == make_refusals(CITY[0], 3, SPAN, seed=1) != make_refusals(CITY[0], 3, SPAN, seed=2)
    assert {site for site, _, _, _ in made} == {3}
    assert {reason for _, _, reason, _ in made} <= set(REASONS)
    assert [count for _, _, reason, count in made if reason == "rate_limit"] == [940]
    assert sum(reason == "bot" for _, _, reason, _ in made) in (27, 28)
    assert all(minute % 60 == 0 and minute < SPAN.until_s and count > 0 for _, minute, _, count in made)
