"""Groups that are counted together, the processes that collect, and days that are done with, on SQLite and PostgreSQL."""

import pytest

from footfall.control.audit import read_audit
from footfall.control.reach import (
    LEASE_MS,
    MOST_GROUPS,
    add_group,
    collected_beside,
    list_days,
    list_groups,
    put_day,
    remove_group,
    renew_room,
)
from footfall.errors import BadInput, Conflict, NotFound
from footfall.vocabulary import Portal

NOW = 1_767_225_600_000
PORTALS = [Portal(id=number, domain=f"p{number}.example", umami_id=str(number)) for number in range(1, 9)]


def test_a_group_is_declared_and_taken_back_and_both_are_noted(emptied):
    made = add_group(emptied, "  Culture \0 all ", PORTALS[1::-1], now_ms=NOW)
    assert (made.name, made.sites) == ("Culture all", (1, 2))
    assert list_groups(emptied) == (made,)
    assert remove_group(emptied, "Culture all", now_ms=NOW + 1) == made
    assert list_groups(emptied) == ()
    noted = [(entry.action, entry.object) for entry in read_audit(emptied)]
    assert noted == [("reach group removed", "Culture all"), ("reach group added", "Culture all: p1.example, p2.example")]


def test_a_name_goes_before_an_id(emptied):
    first = add_group(emptied, "first", PORTALS[:2], now_ms=NOW)
    named = add_group(emptied, str(first.id), PORTALS[:3], now_ms=NOW)
    assert remove_group(emptied, str(first.id), now_ms=NOW) == named
    assert remove_group(emptied, first.id, now_ms=NOW) == first
    with pytest.raises(NotFound, match="no reach group 'first'"):
        remove_group(emptied, "first", now_ms=NOW)


@pytest.mark.parametrize(("name", "portals"), [("", PORTALS), ("a" * 101, PORTALS), ("one", PORTALS[:1]), ("twice", [PORTALS[0]] * 2)])
def test_a_group_that_means_nothing_is_refused(emptied, name, portals):
    with pytest.raises(BadInput):
        add_group(emptied, name, portals, now_ms=NOW)
    assert list_groups(emptied) == ()


def test_no_two_groups_are_alike_and_there_are_twenty_at_most(emptied):
    pairs = [(one, other) for one in range(8) for other in range(one)]
    for number in range(MOST_GROUPS):
        add_group(emptied, f"g{number}", [PORTALS[place] for place in pairs[number]], now_ms=NOW)
    with pytest.raises(Conflict, match="20 groups already"):
        add_group(emptied, "more", PORTALS, now_ms=NOW)
    remove_group(emptied, "g0", now_ms=NOW)
    with pytest.raises(Conflict, match="called 'g1'"):
        add_group(emptied, "g1", PORTALS, now_ms=NOW)
    with pytest.raises(Conflict, match="drawn twice"):
        add_group(emptied, "again", [PORTALS[place] for place in pairs[1]], now_ms=NOW)
    add_group(emptied, "last", PORTALS, now_ms=NOW)


def test_who_collected_beside_is_known_from_its_beginning_to_the_end_of_its_lease(emptied):
    renew_room(emptied, "mine", NOW, now_ms=NOW)
    assert not collected_beside(emptied, "mine", NOW, NOW + 1000)
    renew_room(emptied, "other", NOW + 500, now_ms=NOW + 500)
    end = NOW + 500 + LEASE_MS
    for span, seen in (((0, NOW + 500), False), ((0, NOW + 501), True), ((end - 1, end + 9), True), ((end, end + 9), False)):
        assert collected_beside(emptied, "mine", *span) == seen
    renew_room(emptied, "other", NOW + 500, now_ms=NOW + 9000)
    assert collected_beside(emptied, "mine", end, end + 9)
    renew_room(emptied, "mine", NOW, now_ms=NOW + 5 * 86_400_000)
    assert not collected_beside(emptied, "mine", 0, NOW + 86_400_000), "who is long gone is forgotten"


def test_a_day_is_done_with_once(emptied):
    put_day(emptied, "2026-11-01", "published", now_ms=NOW)
    put_day(emptied, "2026-11-02", "began", now_ms=NOW)
    put_day(emptied, "2026-11-01", "late", now_ms=NOW + 1)
    found = [(one.day, one.state, one.at_ms) for one in list_days(emptied)]
    assert found == [("2026-11-02", "began", NOW), ("2026-11-01", "published", NOW)]
    assert [one.day for one in list_days(emptied, first="2026-11-02")] == ["2026-11-02"]
    assert [one.day for one in list_days(emptied, last="2026-11-01")] == ["2026-11-01"]
