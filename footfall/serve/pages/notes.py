"""Notes on days of a portal: their marks on the graph, and the forms that add, change and delete them."""

from bisect import bisect_right
from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from footfall.control.annotations import (
    Annotation,
    add_annotation,
    change_annotation,
    delete_annotation,
    find_annotation,
    list_annotations,
)
from footfall.serve.house import Desk, House
from footfall.serve.pages.graph import Graph, x_of
from footfall.serve.pages.segments import view_of
from footfall.serve.sign_in import fields_of, in_thread, require, signed_in, visible_portal
from footfall.vocabulary import Portal

__all__ = ["BEHIND", "Flag", "NumberedNote", "load_notes", "place_notes"]

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


@post("/portals/{domain:str}/notes", status_code=303)
async def add_note(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Redirect:
    """A new note, for analysts; for all portals by an admin of all."""
    portal, given = await _allowed(house, request, domain)
    note = _read(given, Annotation(day="", text="", is_everywhere="everywhere" in given))
    if note.is_everywhere:
        require(await signed_in(house, request), "admin")
    await in_thread(lambda: add_annotation(house.desk.control, portal, note, now_ms=house.desk.now()))
    return _back(portal, given)


@post("/portals/{domain:str}/notes/{id:int}", status_code=303)
async def change_note(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], id: FromPath[int]) -> Redirect:
    """Another day, time or text."""
    portal, given = await _allowed(house, request, domain)
    note = _read(given, await _found(house, request, portal, id))
    await in_thread(lambda: change_annotation(house.desk.control, portal, note, now_ms=house.desk.now()))
    return _back(portal, given)


@post("/portals/{domain:str}/notes/{id:int}/delete", status_code=303)
async def delete_note(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], id: FromPath[int]) -> Redirect:
    """The note is gone."""
    portal, given = await _allowed(house, request, domain)
    note = await _found(house, request, portal, id)
    await in_thread(lambda: delete_annotation(house.desk.control, portal, note, now_ms=house.desk.now()))
    return _back(portal, given)


async def _allowed(house: House, request: Request[Any, Any, Any], domain: str) -> tuple[Portal, dict[str, str]]:
    """The portal and the form. Raises Forbidden where whoever sends it is no analyst there."""
    portal = await visible_portal(house, request, domain)
    require(await signed_in(house, request), "analyst", portal)
    return portal, await fields_of(request)


async def _found(house: House, request: Request[Any, Any, Any], portal: Portal, id: int) -> Annotation:
    """The note, if whoever asks may change it."""
    note = await in_thread(lambda: find_annotation(house.desk.control, portal, id))
    if note.is_everywhere:
        require(await signed_in(house, request), "admin")
    return note


def _read(given: dict[str, str], note: Annotation) -> Annotation:
    return msgspec.structs.replace(note, day=given.get("day", ""), time=given.get("time", ""), text=given.get("text", ""))


def _back(portal: Portal, given: dict[str, str]) -> Redirect:
    return Redirect(f"/portals/{portal.domain}{view_of(given).as_query()}#notes", status_code=303)


BEHIND = [add_note, change_note, delete_note]
