"""Notes: on a portal's day or on everybody's, in the order of time, every change noted."""

from datetime import date

import msgspec
import pytest

from footfall.control.annotations import (
    LONGEST_TEXT,
    Annotation,
    add_annotation,
    change_annotation,
    delete_annotation,
    find_annotation,
    list_annotations,
)
from footfall.control.audit import read_audit
from footfall.errors import BadInput, NotFound

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)


@pytest.fixture
def portal(emptied):
    return emptied.create_portal(domain="a.example")


def add(control, portal, day, text, **rest):
    add_annotation(control, portal, Annotation(day=day, text=text, **rest), now_ms=7)


def listed(control, portal, first=FIRST, last=LAST):
    return [(one.day, one.time, one.text) for one in list_annotations(control, portal, first, last)]


def test_notes_of_the_days_come_in_the_order_of_time(emptied, portal):
    add(emptied, portal, "2026-01-31", "last")
    add(emptied, portal, "2026-01-05", "afternoon", time="14:05")
    add(emptied, portal, "2026-01-05", "the day")
    add(emptied, portal, "2025-12-31", "before")
    add(emptied, portal, "2026-02-01", "after")
    assert listed(emptied, portal) == [("2026-01-05", "", "the day"), ("2026-01-05", "14:05", "afternoon"), ("2026-01-31", "", "last")]


def test_note_for_all_is_on_every_portal_and_another_s_is_not(emptied, portal):
    other = emptied.create_portal(domain="b.example")
    add(emptied, portal, "2026-01-05", "own")
    add(emptied, other, "2026-01-06", "city", is_everywhere=True)
    assert listed(emptied, portal) == [("2026-01-05", "", "own"), ("2026-01-06", "", "city")]
    assert listed(emptied, other) == [("2026-01-06", "", "city")]
    (own, _) = list_annotations(emptied, portal, FIRST, LAST)
    with pytest.raises(NotFound):
        find_annotation(emptied, other, own.id)
    with pytest.raises(NotFound):
        delete_annotation(emptied, other, own, now_ms=8)


def test_note_is_changed_and_deleted_and_the_audit_log_tells(emptied, portal):
    add(emptied, portal, "2026-01-05", "New home  page ")
    (made,) = list_annotations(emptied, portal, FIRST, LAST)
    change_annotation(emptied, portal, msgspec.structs.replace(made, day="2026-01-06", time="09:30", text="Moved"), now_ms=8)
    assert listed(emptied, portal) == [("2026-01-06", "09:30", "Moved")]
    delete_annotation(emptied, portal, made, now_ms=9)
    assert listed(emptied, portal) == []
    assert [(entry.action, entry.object) for entry in read_audit(emptied)][:3] == [
        ("note deleted", "a.example: 2026-01-05 New home page"),
        ("note changed", "a.example: 2026-01-06 Moved"),
        ("note added", "a.example: 2026-01-05 New home page"),
    ]


def test_note_for_all_is_noted_as_such(emptied, portal):
    add(emptied, portal, "2026-01-05", "Holiday", is_everywhere=True)
    assert read_audit(emptied)[0].object == "all portals: 2026-01-05 Holiday"


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST_TEXT + 1), "a\0b"])
def test_text_that_is_none_is_refused(emptied, portal, text):
    with pytest.raises(BadInput, match="1 to 200 characters"):
        add(emptied, portal, "2026-01-05", text)


@pytest.mark.parametrize(
    ("day", "time"), [("", ""), ("5 January", ""), ("2026-02-30", ""), ("2026-01-05", "25:00"), ("2026-01-05", "noon")]
)
def test_day_or_time_that_is_none_is_refused(emptied, portal, day, time):
    with pytest.raises(BadInput, match="such as 2026-01-31"):
        add(emptied, portal, day, "text", time=time)


def test_note_that_is_gone_cannot_be_changed(emptied, portal):
    with pytest.raises(NotFound, match="No note 99"):
        change_annotation(emptied, portal, Annotation(id=99, day="2026-01-05", text="x"), now_ms=8)


def test_own_notes_go_with_their_portal_and_the_city_s_stay(emptied, portal):
    other = emptied.create_portal(domain="b.example")
    add(emptied, portal, "2026-01-05", "own")
    add(emptied, portal, "2026-01-06", "city", is_everywhere=True)
    emptied.delete_portal(portal.id)
    assert listed(emptied, portal) == listed(emptied, other) == [("2026-01-06", "", "city")]
