"""Saved funnels: steps that can be taken, a name of their own, each change noted."""

import pytest

from footfall.control.audit import acting_as, read_audit
from footfall.control.funnels import MOST_FUNNELS, checked_steps, delete_funnel, find_funnel, list_funnels, save_funnel
from footfall.errors import BadInput, Conflict, NotFound
from footfall.vocabulary import Goal, Step

GOALS = (Goal(id=1, portal_id=1, event_name="Signup", display_name="Signup"),)
STEPS = (Step(page="/"), Step(goal="Signup"))


@pytest.fixture
def portal(emptied):
    return emptied.create_portal(domain="a.example")


def test_funnel_is_saved_changed_and_removed_and_each_is_noted(emptied, portal):
    with acting_as("ann@example.city"):
        made = save_funnel(emptied, portal, "  Sign \0 up ", STEPS, now_ms=5)
        assert (made.name, made.steps) == ("Sign up", STEPS)
        assert list_funnels(emptied, portal.id) == (made,)
        changed = save_funnel(emptied, portal, "Sign up", STEPS[::-1], now_ms=6, id=made.id)
        assert find_funnel(emptied, portal.id, made.id) == changed
        delete_funnel(emptied, portal, made.id, now_ms=7)
    assert list_funnels(emptied, portal.id) == ()
    noted = [(entry.operator, entry.action, entry.object) for entry in read_audit(emptied)][:3]
    who, what = "ann@example.city", "a.example: Sign up"
    assert noted == [(who, "funnel removed", what), (who, "funnel changed", what), (who, "funnel added", what)]


def test_funnels_are_of_one_portal_by_name_and_go_with_it(emptied, portal):
    other = emptied.create_portal(domain="b.example")
    made = [save_funnel(emptied, portal, name, STEPS, now_ms=5) for name in ("B", "A")]
    save_funnel(emptied, other, "A", STEPS, now_ms=5)
    assert [funnel.name for funnel in list_funnels(emptied, portal.id)] == ["A", "B"]
    for act in (
        lambda: find_funnel(emptied, other.id, made[0].id),
        lambda: find_funnel(emptied, portal.id, 10**30),
        lambda: delete_funnel(emptied, other, made[0].id, now_ms=6),
    ):
        with pytest.raises(NotFound, match="no such funnel"):
            act()
    with pytest.raises(NotFound, match="no such funnel"):
        save_funnel(emptied, other, "C", STEPS, now_ms=6, id=made[0].id)
    emptied.delete_portal("a.example")
    assert (list_funnels(emptied, portal.id), len(list_funnels(emptied, other.id))) == ((), 1)


def test_names_are_needed_and_taken_once(emptied, portal):
    made = save_funnel(emptied, portal, "A", STEPS, now_ms=5)
    other = save_funnel(emptied, portal, "B", STEPS, now_ms=5)
    for act in (
        lambda: save_funnel(emptied, portal, "A", STEPS, now_ms=6),
        lambda: save_funnel(emptied, portal, "A", STEPS, now_ms=6, id=other.id),
    ):
        with pytest.raises(Conflict, match="has that name"):
            act()
    for name in (" ", "x" * 101):
        with pytest.raises(BadInput, match="a name of up to 100 characters"):
            save_funnel(emptied, portal, name, STEPS, now_ms=6)
    assert save_funnel(emptied, portal, "A", STEPS, now_ms=6, id=made.id) == made


def test_portal_has_only_so_many_funnels(emptied, portal):
    for number in range(MOST_FUNNELS):
        save_funnel(emptied, portal, f"{number}", STEPS, now_ms=5)
    with pytest.raises(BadInput, match="at most 100 funnels"):
        save_funnel(emptied, portal, "more", STEPS, now_ms=5)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([Step(page="/")], "2 to 8 steps"),
        ([Step(page="/")] * 9, "2 to 8 steps"),
        ([Step(page="/"), Step()], "Step 2 is neither a goal nor a page"),
        ([Step(page="/", goal="Signup"), Step(page="/")], "Step 1 is neither a goal nor a page"),
        ([Step(page="/"), Step(goal="Gone")], "Step 2 names the goal 'Gone', which is not set up here. Valid: Signup."),
        ([Step(page="/"), Step(page="x")], "Step 2 names the page 'x'. Valid: a path that starts with '/'"),
    ],
)
def test_steps_that_cannot_be_taken_are_named(steps, says):
    with pytest.raises(BadInput) as fault:
        checked_steps(tuple(steps), GOALS)
    assert says in str(fault.value)


def test_two_to_eight_goals_and_pages_are_steps():
    for steps in (STEPS, STEPS * 4, (Step(page="/a/**"), Step(page="/a/**"))):
        assert checked_steps(steps, GOALS) == steps
