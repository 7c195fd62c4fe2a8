"""Operators are added, given roles, disabled; somebody who can give roles is always left; everything is noted."""

import pytest

from footfall.control.audit import Entry, acting_as, read_audit
from footfall.control.keys import create_key, revoke_key
from footfall.control.operators import (
    add_operator,
    disable_operator,
    enable_operator,
    find_operator,
    give_grant,
    has_operators,
    list_operators,
    rename_operator,
    revoke_grant,
)
from footfall.control.roles import Grant
from footfall.errors import BadInput, Conflict, NotFound

ANN, BOB = "ann@example.city", "bob@example.city"


@pytest.fixture
def control(emptied):
    return emptied


@pytest.fixture
def ann(control):
    add_operator(control, ANN, now_ms=5)
    return give_grant(control, ANN, Grant("admin"), now_ms=5)


def test_email_is_one_in_any_case_and_the_name_starts_as_its_beginning(control):
    assert not has_operators(control)
    made = add_operator(control, "  Ann@Example.City ", now_ms=5)
    assert (made.email, made.name, made.grants, made.has_password) == (ANN, "ann", (), False)
    assert find_operator(control, "ANN@example.city") == made
    assert has_operators(control)
    with pytest.raises(Conflict, match=f"{ANN} already"):
        add_operator(control, ANN, now_ms=6)


@pytest.mark.parametrize(
    "email", ["", "ann", "ann@", "@example.city", "a b@example.city", "a@b@c", f"{'a' * 250}@b.example", "a,b@c.example", "a\0@c.example"]
)
def test_what_is_no_email_is_refused(control, email):
    with pytest.raises(BadInput, match=r"name@example\.city"):
        add_operator(control, email, now_ms=0)


def test_role_on_a_scope_replaces_the_one_there_and_stands_beside_others(control, ann):
    give_grant(control, ANN, Grant("viewer", "portal", "3"), now_ms=6)
    changed = give_grant(control, ANN, Grant("steward", "portal", "3"), now_ms=7)
    assert changed.grants == (Grant("admin"), Grant("steward", "portal", "3"))
    assert revoke_grant(control, ANN, Grant("viewer", "portal", "3"), now_ms=8).grants == (Grant("admin"),)
    with pytest.raises(NotFound, match="no role there"):
        revoke_grant(control, ANN, Grant("viewer", "portal", "3"), now_ms=9)
    with pytest.raises(BadInput, match="Valid: viewer, analyst, steward, admin"):
        give_grant(control, ANN, Grant("king"), now_ms=9)


def test_last_admin_of_all_portals_stays(control, ann):
    for act in (
        lambda: give_grant(control, ANN, Grant("viewer"), now_ms=6),
        lambda: revoke_grant(control, ANN, Grant("admin"), now_ms=6),
        lambda: disable_operator(control, ANN, now_ms=6),
    ):
        with pytest.raises(Conflict, match="last admin"):
            act()
        assert find_operator(control, ANN) == ann
    add_operator(control, BOB, now_ms=6)
    give_grant(control, BOB, Grant("admin"), now_ms=6)
    assert disable_operator(control, ANN, now_ms=7).disabled
    with pytest.raises(Conflict, match="last admin"):
        disable_operator(control, BOB, now_ms=8)
    assert not enable_operator(control, ANN, now_ms=9).disabled


@pytest.mark.parametrize("name", [" ", "x" * 101, "a\0b", "a\nb"])
def test_what_is_no_name_is_refused(control, ann, name):
    with pytest.raises(BadInput, match="1 to 100"):
        rename_operator(control, ann.id, name, now_ms=6)


def test_unknown_operator_is_named(control):
    for act in (disable_operator, enable_operator):
        with pytest.raises(NotFound, match="No operator"):
            act(control, "nobody\0", now_ms=0)
        with pytest.raises(NotFound, match=r"No operator 'nobody@example\.city'"):
            act(control, "nobody@example.city", now_ms=0)


def test_grants_of_a_portal_go_with_it(control, ann):
    portal = control.create_portal(domain="a.example")
    give_grant(control, ANN, Grant("viewer", "portal", str(portal.id)), now_ms=6)
    control.delete_portal("a.example")
    assert find_operator(control, ANN).grants == (Grant("admin"),)


def test_every_change_is_noted_with_who_did_it(control, ann):
    portal = control.create_portal(domain="a.example")
    control.update_portal("a.example", timezone="Europe/Moscow", keep_events=30)
    goal = control.put_goal(portal.id, event_name="Signup")
    control.delete_goal(portal.id, goal.id)
    with acting_as(ANN):
        rename_operator(control, ann.id, "Ann A", now_ms=6)
        create_key(control, "reader", ("stats:read",), now_ms=7)
        revoke_key(control, "reader", now_ms=8)
    give_grant(control, ANN, Grant("steward", "portal", str(portal.id)), now_ms=9)
    revoke_grant(control, ANN, Grant("viewer", "portal", str(portal.id)), now_ms=9)
    control.delete_portal("a.example")
    noted = [(entry.operator, entry.action, entry.object) for entry in reversed(read_audit(control))]
    machine = "command line"
    assert noted == [
        (machine, "operator added", ANN),
        (machine, "role given", f"{ANN}: admin on all portals"),
        (machine, "portal added", "a.example"),
        (machine, "portal changed", "a.example: keep_events 90 → 30, timezone"),
        (machine, "goal added", "a.example: Signup"),
        (machine, "goal removed", "a.example: Signup"),
        (ANN, "name changed", ANN),
        (ANN, "key made", "reader: stats:read"),
        (ANN, "key revoked", "reader"),
        (machine, "role given", f"{ANN}: steward on a.example"),
        (machine, "role revoked", f"{ANN}: steward on a.example"),
        (machine, "portal removed", "a.example"),
    ]
    assert [operator.name for operator in list_operators(control)] == ["Ann A"]


def test_what_failed_is_not_noted(control, ann):
    before = read_audit(control)
    with pytest.raises(Conflict):
        disable_operator(control, ANN, now_ms=6)
    assert read_audit(control) == before


def test_audit_is_read_newest_first_and_on_from_there(control):
    for number in range(5):
        add_operator(control, f"o{number}@example.city", now_ms=number)
    newest = read_audit(control, most=2)
    assert [entry.object for entry in newest] == ["o4@example.city", "o3@example.city"]
    assert [entry.object for entry in read_audit(control, before=newest[-1].id, most=2)] == ["o2@example.city", "o1@example.city"]
    assert newest[0] == Entry(newest[0].id, 4, "command line", "operator added", "o4@example.city")
