"""Segments are one's own or the team's; nobody sees another's; what is changed of the team's is noted."""

import msgspec
import pytest

from footfall.control.audit import read_audit
from footfall.control.operators import add_operator
from footfall.control.segments import LONGEST_NAME, Segment, add_segment, delete_segment, find_segment, list_segments, rename_segment
from footfall.errors import BadInput, Conflict, NotFound

GOOGLE = ("is,source,Google", "is,page,/a\\,b")


@pytest.fixture
def portal(emptied):
    return emptied.create_portal(domain="a.example")


@pytest.fixture
def people(emptied):
    return [add_operator(emptied, f"{name}@example.city", now_ms=0).id for name in ("ann", "bob")]


def kept(control, portal, name, owner=None, filters=GOOGLE):
    return add_segment(control, portal, Segment(name=name, filters=filters, operator_id=owner), now_ms=7)


def actions(control):
    return [(entry.action, entry.object) for entry in read_audit(control) if entry.action.startswith("segment")]


def test_one_sees_the_team_s_segments_and_one_s_own_by_name(emptied, portal, people):
    ann, bob = people
    kept(emptied, portal, "pages", ann)
    kept(emptied, portal, "Google")
    kept(emptied, portal, "Other", bob)
    assert [(one.name, one.is_shared) for one in list_segments(emptied, portal, ann)] == [("Google", True), ("pages", False)]
    assert list_segments(emptied, portal, ann)[0].filters == GOOGLE


def test_another_s_segment_and_another_portal_s_cannot_be_found(emptied, portal, people):
    ann, bob = people
    mine, team = kept(emptied, portal, "mine", bob), kept(emptied, portal, "team")
    elsewhere = emptied.create_portal(domain="b.example")
    for where, who, id in ((portal, ann, mine.id), (elsewhere, bob, mine.id), (elsewhere, ann, team.id), (portal, ann, 0)):
        with pytest.raises(NotFound, match=f"No segment {id} here"):
            find_segment(emptied, where, who, id)
    assert find_segment(emptied, portal, bob, mine.id) == mine


def test_name_is_taken_once_an_owner_in_any_case(emptied, portal, people):
    kept(emptied, portal, "Google", people[0])
    kept(emptied, portal, "Google", people[1])
    kept(emptied, portal, "Google")
    with pytest.raises(Conflict, match="is there already"):
        kept(emptied, portal, " google ")


def test_renamed_segment_keeps_its_filters_and_may_change_its_case(emptied, portal):
    made, other = kept(emptied, portal, "google"), kept(emptied, portal, "Bing")
    rename_segment(emptied, portal, made, "Google", now_ms=8)
    assert find_segment(emptied, portal, 0, made.id) == msgspec.structs.replace(made, name="Google")
    with pytest.raises(Conflict):
        rename_segment(emptied, portal, other, "GOOGLE", now_ms=8)


def test_deleted_segment_is_gone_once(emptied, portal, people):
    made = kept(emptied, portal, "Google", people[0])
    delete_segment(emptied, portal, made, now_ms=8)
    assert list_segments(emptied, portal, people[0]) == []
    for work in (lambda: delete_segment(emptied, portal, made, now_ms=8), lambda: rename_segment(emptied, portal, made, "x", now_ms=8)):
        with pytest.raises(NotFound):
            work()


def test_audit_tells_of_the_team_s_segments_and_of_nobody_s_own(emptied, portal, people):
    kept(emptied, portal, "private", people[0])
    made = kept(emptied, portal, "Google")
    rename_segment(emptied, portal, made, "From Google", now_ms=8)
    delete_segment(emptied, portal, made, now_ms=9)
    assert actions(emptied) == [
        ("segment deleted", "a.example: Google"),
        ("segment renamed", "a.example: From Google"),
        ("segment saved", "a.example: Google"),
    ]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * (LONGEST_NAME + 1)])
def test_name_that_is_none_is_refused(emptied, portal, name):
    with pytest.raises(BadInput, match="1 to 100 characters"):
        kept(emptied, portal, name)
    assert kept(emptied, portal, "x" * LONGEST_NAME).id


def test_segment_without_a_filter_is_refused(emptied, portal):
    with pytest.raises(BadInput, match="at least one filter"):
        kept(emptied, portal, "nothing", filters=())


def test_hundred_segments_are_enough_for_one_owner(emptied, portal, monkeypatch):
    monkeypatch.setattr("footfall.control.segments.MOST_SEGMENTS", 2)
    kept(emptied, portal, "one")
    kept(emptied, portal, "two")
    with pytest.raises(Conflict, match="delete one first"):
        kept(emptied, portal, "three")


def test_segments_go_with_their_portal(emptied, portal):
    kept(emptied, portal, "Google")
    emptied.delete_portal(portal.id)
    assert list_segments(emptied, portal, 0) == []
