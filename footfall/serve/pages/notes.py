"""Notes on days of a portal: their marks on the graph."""

from bisect import bisect_right
from datetime import date, datetime

import msgspec

from footfall.control.annotations import Annotation, list_annotations
from footfall.serve.house import Desk
from footfall.serve.pages.graph import Graph, x_of
from footfall.vocabulary import Portal

__all__ = ["Flag", "NumberedNote", "load_notes", "place_notes"]

DAY_LABEL = len("2026-01-31")


class NumberedNote(msgspec.Struct, frozen=True):
    """A note as the page shows it."""

    number: int
    """From 1, in the order of time."""
    place: int
    """Of its bucket."""
    note: Annotation

    @property
    def day(self) -> date:
        return date.fromisoformat(self.note.day)


class Flag(msgspec.Struct, frozen=True):
    """The mark of one bucket."""

    x: float
    words: str
    """The numbers of its notes: ``2``, or ``2–4``."""
    notes: tuple[NumberedNote, ...]


def load_notes(desk: Desk, portal: Portal, graph: Graph, first: datetime, last: datetime) -> dict[int, Flag]:
    """Flags by the place of their bucket, of all notes on the period's days; ``first`` and ``last`` are its instants, local."""
    notes = list_annotations(desk.control, portal, first.date(), last.date())
    return place_notes(notes, [label for label, _, _ in graph.rows], last)


def place_notes(notes: list[Annotation], labels: list[str], last: datetime) -> dict[int, Flag]:
    """Flags by place. A note without a time is at its day's first bucket; one with a time that the buckets do not reach is left out."""
    flags: dict[int, Flag] = {}
    shown = [(note, place) for note in notes if (place := _place(note, labels, last)) is not None]
    for number, (note, place) in enumerate(shown, 1):
        before = flags[place].notes if place in flags else ()
        together = (*before, NumberedNote(number, place, note))
        words = str(number) if not before else f"{before[0].number}–{number}"
        flags[place] = Flag(x_of(place, len(labels)), words, together)
    return flags


def _place(note: Annotation, labels: list[str], last: datetime) -> int | None:
    if not labels:
        return None
    is_by_day = len(labels[0]) == DAY_LABEL
    at = note.day if is_by_day else f"{note.day} {note.time or '00:00'}:00"
    if note.time and not is_by_day and not labels[0] <= at <= last.strftime("%Y-%m-%d %H:%M:%S"):
        return None
    return max(0, bisect_right(labels, at) - 1)
