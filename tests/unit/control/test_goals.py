"""Goals: found or created, named, valid."""

import pytest

from footfall.errors import BadInput, Conflict, NotFound


@pytest.fixture
def portal(control):
    return control.create_portal(domain="a.example")


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"event_name": "Signup"}, "Signup"),
        ({"page_path": "/done/**"}, "Visit /done/**"),
        ({"page_path": "/blog*", "scroll_threshold": 50}, "Visit /blog*"),
        ({"event_name": "Paid", "display_name": "Fee paid", "custom_props": {"method": "card"}}, "Fee paid"),
    ],
)
def test_goal_is_created_once_and_then_found(control, portal, settings, name):
    first, second = (control.put_goal(portal.id, **settings) for _ in range(2))
    assert first == second
    assert first.display_name == name
    assert control.goals(portal.id) == (first,)


def test_goals_that_differ_in_properties_or_depth_are_two(control, portal):
    control.put_goal(portal.id, event_name="Paid", custom_props={"method": "card"}, display_name="By card")
    control.put_goal(portal.id, event_name="Paid", custom_props={"method": "cash"}, display_name="In cash")
    control.put_goal(portal.id, page_path="/x", scroll_threshold=50, display_name="Half of x")
    control.put_goal(portal.id, page_path="/x")
    assert [goal.display_name for goal in control.goals(portal.id)] == ["By card", "In cash", "Half of x", "Visit /x"]


def test_two_goals_cannot_share_a_name(control, portal):
    control.put_goal(portal.id, event_name="Paid", display_name="Money")
    with pytest.raises(Conflict, match="another display_name"):
        control.put_goal(portal.id, event_name="Refunded", display_name="Money")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "either event_name or page_path"),
        ({"event_name": "x", "page_path": "/x"}, "either event_name or page_path"),
        ({"event_name": "x" * 121}, "up to 120 characters"),
        ({"page_path": "done"}, "starts with '/'"),
        ({"page_path": "/x", "scroll_threshold": 0}, "1 to 100"),
        ({"event_name": "x", "scroll_threshold": 50}, "together with page_path"),
        ({"page_path": "/x", "scroll_threshold": "half"}, "Expected `int"),
        ({"event_name": "x", "custom_props": ["a"]}, "Expected `object`"),
        ({"event_name": 5}, "Expected `str"),
    ],
)
def test_wrong_goal_is_refused_with_what_is_valid(control, portal, settings, says):
    with pytest.raises(BadInput, match=says):
        control.put_goal(portal.id, **settings)
    assert control.goals(portal.id) == ()


def test_goals_go_with_their_portal_and_stay_with_others(control, portal):
    other = control.create_portal(domain="b.example")
    mine, theirs = control.put_goal(portal.id, event_name="x"), control.put_goal(other.id, event_name="x")
    for absent in (theirs.id, 10**30):
        with pytest.raises(NotFound, match="No goal"):
            control.delete_goal(portal.id, absent)
    control.delete_portal(portal.id)
    assert control.goals(portal.id) == ()
    assert control.goals(other.id) == (theirs,)
    with pytest.raises(NotFound):
        control.put_goal(mine.portal_id, event_name="y")
