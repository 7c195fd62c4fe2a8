"""Targets of the demo: made once, of goals and portals that are there."""

from datetime import date

import pytest

from footfall.control.database import open_control
from footfall.control.targets import list_targets
from footfall.demo.city import CITY
from footfall.demo.targets import TARGETS, put_demo_targets


@pytest.fixture
def control(tmp_path):
    opened = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: 1)
    yield opened
    opened.close()


def test_targets_are_made_once_and_ask_for_what_the_portal_has(control):
    portal = control.create_portal(domain="gov.example.city")
    for _ in range(2):
        put_demo_targets(control, portal, date(2026, 3, 31), now_ms=1)
    found = [one.target for one in list_targets(control, portal.id)]
    assert [one.name for one in found] == [one["name"] for one in TARGETS["gov.example.city"]]
    assert (found[1].starts, found[1].due) == ("2026-02-14", "2026-05-15")
    goals = {goal.event_name for portal in CITY for goal in portal.goals if portal.domain == "gov.example.city"}
    assert {name for one in found if one.question for _, _, names in one.question.filters for name in names} <= goals
