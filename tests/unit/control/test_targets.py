"""Targets are checked, kept with their portal, and how their state changes is told once."""

import pytest

from footfall.control.audit import read_audit
from footfall.control.targets import (
    Found,
    changes_of,
    changes_since,
    checked_target,
    delete_target,
    find_target,
    list_targets,
    note_state,
    save_target,
)
from footfall.errors import BadInput, NotFound

NOW = 1_767_225_600_000
VISITORS = {"metrics": ["visitors"]}
SPRING = {"name": "Spring", "question": VISITORS, "value": 5000, "starts": "2026-03-01", "due": "2026-05-31"}


@pytest.fixture
def portal(emptied):
    return emptied.create_portal(domain="museum.example")


def test_target_is_kept_changed_and_gone_with_a_note_of_each(emptied, portal):
    made = save_target(emptied, portal, checked_target(SPRING), now_ms=NOW)
    changed = save_target(emptied, portal, checked_target(SPRING | {"value": 6000}), now_ms=NOW, id=made.id)
    assert (changed.value, find_target(emptied, portal.id, made.id)) == (6000, Found(changed, "", ""))
    delete_target(emptied, portal, made.id, now_ms=NOW)
    assert list_targets(emptied, portal.id) == ()
    noted = [(entry.action, entry.object) for entry in read_audit(emptied)[:3]]
    assert noted == [(f"target {what}", "museum.example: Spring") for what in ("removed", "changed", "added")]


def test_weekly_target_has_no_days():
    weekly = checked_target(SPRING | {"every": "week"})
    assert (weekly.starts, weekly.due) == ("", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"question": None},
        {"measure": {"dataset": "counters"}},
        {"question": {"metrics": ["visitors", "visits"]}},
        {"value": -1},
        {"value": float("nan")},
        {"due": "2026-02-28"},
        {"starts": ""},
        {"due": "2036-01-01"},
        {"direction": "exactly"},
        {"id": 7},
    ],
)
def test_target_that_is_none_is_refused(wrong):
    with pytest.raises(BadInput):
        checked_target(SPRING | wrong)


def test_target_of_another_portal_is_not_there(emptied, portal):
    made = save_target(emptied, portal, checked_target(SPRING), now_ms=NOW)
    other = emptied.create_portal(domain="parks.example")
    for act in (find_target, lambda *given: delete_target(given[0], other, given[2], now_ms=NOW)):
        with pytest.raises(NotFound):
            act(emptied, other.id, made.id)


def test_state_that_became_another_is_told_once(emptied, portal):
    made = save_target(emptied, portal, checked_target(SPRING), now_ms=NOW)

    def look(state, at_ms, period="2026-05-31", chance=0.5):
        return note_state(emptied, find_target(emptied, portal.id, made.id), state, period=period, chance=chance, now_ms=at_ms)

    assert [look("on_track", NOW), look("on_track", NOW + 1), look("at_risk", NOW + 2), look("on_track", NOW + 3, "2026-06-07", None)] == [
        True,
        False,
        True,
        True,
    ]
    told = [(change.before, change.state, change.chance) for change in changes_of(emptied, made.id)]
    assert told == [("", "on_track", None), ("on_track", "at_risk", 0.5), ("", "on_track", 0.5)]
    assert [change.state for change in changes_since(emptied, NOW + 3)] == ["on_track"]


def test_two_apps_that_look_at_once_tell_of_a_change_once(emptied, portal):
    made = save_target(emptied, portal, checked_target(SPRING), now_ms=NOW)
    seen = find_target(emptied, portal.id, made.id)
    told = [note_state(emptied, seen, "at_risk", period="2026-05-31", chance=0.1, now_ms=NOW) for _ in range(2)]
    assert told == [True, False]
