"""Where notes stand on a graph: at the bucket that holds their moment, in days, weeks, months or hours."""

from datetime import datetime

import pytest

from footfall.control.annotations import Annotation
from footfall.serve.pages.graph import LEFT, WIDTH
from footfall.serve.pages.notes import place_notes

DAYS = [f"2026-01-{day:02}" for day in range(1, 32)]
WEEKS = ["2026-01-01", "2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]
MONTHS = ["2025-12-01", "2026-01-01"]
HOURS = [f"2026-01-05 {hour:02}:00:00" for hour in range(12, 24)] + [f"2026-01-06 {hour:02}:00:00" for hour in range(12)]
END = datetime(2026, 1, 31, 23, 59, 59)


def note(day, time="", text="it happened"):
    return Annotation(day=day, time=time, text=text)


def places(notes, labels, last=END):
    return {place: flag.words for place, flag in place_notes(notes, labels, last).items()}


@pytest.mark.parametrize(("labels", "place"), [(DAYS, 6), (WEEKS, 1), (MONTHS, 1)])
@pytest.mark.parametrize("time", ["", "00:00", "23:59"])
def test_note_stands_at_the_day_week_or_month_that_holds_it(labels, place, time):
    assert places([note("2026-01-07", time)], labels) == {place: "1"}


def test_notes_of_one_bucket_share_a_mark_and_are_numbered_through():
    notes = [note("2026-01-02"), note("2026-01-06"), note("2026-01-07"), note("2026-01-11", "10:00"), note("2026-01-20")]
    flags = place_notes(notes, WEEKS, END)
    assert {place: flag.words for place, flag in flags.items()} == {0: "1", 1: "2–4", 3: "5"}
    assert [(one.number, one.note.day) for one in flags[1].notes] == [(2, "2026-01-06"), (3, "2026-01-07"), (4, "2026-01-11")]
    assert [flag.x for flag in flags.values()] == sorted(flag.x for flag in flags.values())
    assert LEFT <= flags[0].x < flags[3].x <= WIDTH


def test_note_with_a_time_stands_at_its_hour():
    last = datetime(2026, 1, 6, 11, 59, 59)
    assert places([note("2026-01-05", "13:59"), note("2026-01-06", "00:00")], HOURS, last) == {1: "1", 12: "2"}


def test_whole_day_stands_at_its_first_hour_here_even_where_the_day_began_before():
    last = datetime(2026, 1, 6, 11, 59, 59)
    assert places([note("2026-01-05"), note("2026-01-06")], HOURS, last) == {0: "1", 12: "2"}


def test_moment_before_or_after_the_hours_shown_is_left_out_and_takes_no_number():
    last = datetime(2026, 1, 6, 11, 59, 59)
    assert places([note("2026-01-05", "11:59"), note("2026-01-05", "12:00"), note("2026-01-06", "12:00")], HOURS, last) == {0: "1"}


def test_graph_without_buckets_has_no_notes():
    assert place_notes([note("2026-01-05")], [], END) == {}
