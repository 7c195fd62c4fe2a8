"""What a role on some portals allows, and what not."""

import pytest

from footfall.control.roles import ROLES, Grant, Operator, may, may_give, require, visible_portals
from footfall.errors import Forbidden
from footfall.vocabulary import Portal

PARKS = Portal(id=1, domain="parks.example", umami_id="", group="city")
LIBRARY = Portal(id=2, domain="library.example", umami_id="", group="city")
MUSEUM = Portal(id=3, domain="museum.example", umami_id="", group="culture")
ALL = (PARKS, LIBRARY, MUSEUM)


def operator(*grants: Grant, disabled: bool = False) -> Operator:
    return Operator(id=1, email="a@example.city", name="A", grants=grants, disabled=disabled)


def test_each_role_may_what_those_before_it_may_and_no_more():
    for place, role in enumerate(ROLES):
        assert [may(operator(Grant(role)), wanted) for wanted in ROLES] == [index <= place for index in range(len(ROLES))]


@pytest.mark.parametrize(
    ("grant", "seen"),
    [
        (Grant("viewer"), ALL),
        (Grant("viewer", "group", "city"), (PARKS, LIBRARY)),
        (Grant("viewer", "portal", "3"), (MUSEUM,)),
        (Grant("viewer", "portal", "30"), ()),
        (Grant("viewer", "group", "1"), ()),
    ],
)
def test_grant_is_for_its_portals_alone(grant, seen):
    assert visible_portals(operator(grant), ALL) == seen
    assert may(operator(grant), "viewer") is (grant.scope == "all")


def test_strongest_of_several_grants_counts():
    both = operator(Grant("viewer"), Grant("steward", "portal", "3"))
    assert [may(both, "steward", portal) for portal in ALL] == [False, False, True]


def test_disabled_operator_may_nothing():
    assert visible_portals(operator(Grant("admin"), disabled=True), ALL) == ()
    assert not may_give(operator(Grant("admin", "portal", "1"), disabled=True), Grant("viewer", "portal", "1"), ALL)


def test_require_says_what_is_missing_and_where():
    require(operator(Grant("analyst")), "analyst", PARKS)
    with pytest.raises(Forbidden, match=r"role steward on parks\.example"):
        require(operator(Grant("analyst")), "steward", PARKS)
    with pytest.raises(Forbidden, match="role admin on all portals"):
        require(operator(Grant("admin", "group", "city")), "admin")


@pytest.mark.parametrize(
    ("own", "given", "allowed"),
    [
        (Grant("admin"), Grant("admin"), True),
        (Grant("admin", "group", "city"), Grant("admin"), False),
        (Grant("admin", "group", "city"), Grant("admin", "group", "city"), True),
        (Grant("admin", "group", "city"), Grant("viewer", "group", "culture"), False),
        (Grant("admin", "group", "city"), Grant("admin", "portal", "2"), True),
        (Grant("admin", "group", "city"), Grant("viewer", "portal", "3"), False),
        (Grant("admin", "portal", "2"), Grant("viewer", "group", "city"), False),
        (Grant("steward"), Grant("viewer", "portal", "1"), False),
    ],
)
def test_admin_gives_roles_on_what_is_theirs(own, given, allowed):
    assert may_give(operator(own), given, ALL) is allowed
