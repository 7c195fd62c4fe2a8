"""The forms of a portal's page: they save, rename and delete segments, and add, change and delete notes.

What cannot be kept comes back in its form, with what is wrong beside it.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.annotations import Annotation, add_annotation, change_annotation, delete_annotation, find_annotation
from footfall.control.segments import Segment, add_segment, delete_segment, find_segment, rename_segment
from footfall.errors import BadInput, Conflict
from footfall.serve.house import House
from footfall.serve.pages.portal import show_portal
from footfall.serve.pages.typed import Typed, typed_into
from footfall.serve.pages.view import View, read_view
from footfall.serve.sign_in import fields_of, in_thread, require, signed_in, visible_portal
from footfall.vocabulary import Portal

__all__ = ["BEHIND", "view_of"]

Asked = Request[Any, Any, Any]
SEGMENTS, NOTES = "/portals/{domain:str}/segments", "/portals/{domain:str}/notes"


@get(NOTES)
async def note_to_add(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """The portal's page with the form for a note filled in as the address says; without a text, as ``page_of_form``."""
    portal, given = await visible_portal(house, request, domain), dict(request.query_params)
    if not given.get("text"):
        return Redirect(f"/portals/{portal.domain}", status_code=303)
    return await show_portal(house, request, portal, view_of(given), typed=Typed(form="note", given=given))


@get([SEGMENTS, f"{SEGMENTS}/{{id:int}}", f"{NOTES}/{{id:int}}"])
async def page_of_form(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Redirect:
    """Where a form that came back is left by its address: to the page that it is of."""
    return Redirect(f"/portals/{(await visible_portal(house, request, domain)).domain}", status_code=303)


@post(SEGMENTS, status_code=303)
async def save_segment(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """The filters of the address under a name; for the team by an analyst."""
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    given = await fields_of(request)
    is_shared = given.get("whose") == "team"
    if is_shared:
        require(operator, "analyst", portal)
    filters = tuple(chip.as_text() for chip in view_of(given).filters)
    segment = Segment(name=given.get("name", ""), filters=filters, operator_id=None if is_shared else operator.id)
    control, now_ms = house.desk.control, house.desk.now()
    return await _after(house, request, portal, "segment", lambda: add_segment(control, portal, segment, now_ms=now_ms))


@post(f"{SEGMENTS}/{{id:int}}", status_code=303)
async def change_segment(request: Asked, house: NamedDependency[House], domain: FromPath[str], id: FromPath[int]) -> Response[Any]:
    """Another name."""
    name, control, now_ms = (await fields_of(request)).get("name", ""), house.desk.control, house.desk.now()
    return await _changed(house, request, domain, id, lambda portal, found: rename_segment(control, portal, found, name, now_ms=now_ms))


@post(f"{SEGMENTS}/{{id:int}}/delete", status_code=303)
async def remove_segment(request: Asked, house: NamedDependency[House], domain: FromPath[str], id: FromPath[int]) -> Response[Any]:
    """The segment is gone; filters in addresses stay."""
    control, now_ms = house.desk.control, house.desk.now()
    return await _changed(house, request, domain, id, lambda portal, found: delete_segment(control, portal, found, now_ms=now_ms))


@post(NOTES, status_code=303)
async def add_note(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """A new note, for analysts; for all portals by an admin of all."""
    portal, given = await _allowed(house, request, domain)
    note = _read(given, Annotation(day="", text="", is_everywhere="everywhere" in given))
    if note.is_everywhere:
        require(await signed_in(house, request), "admin")
    return await _noted(house, request, portal, "note", lambda: add_annotation(house.desk.control, portal, note, now_ms=house.desk.now()))


@post(f"{NOTES}/{{id:int}}", status_code=303)
async def change_note(request: Asked, house: NamedDependency[House], domain: FromPath[str], id: FromPath[int]) -> Response[Any]:
    """Another day, time or text."""
    portal, given = await _allowed(house, request, domain)
    note, control, now_ms = _read(given, await _found(house, request, portal, id)), house.desk.control, house.desk.now()
    return await _noted(house, request, portal, f"note-{id}", lambda: change_annotation(control, portal, note, now_ms=now_ms))


@post(f"{NOTES}/{{id:int}}/delete", status_code=303)
async def delete_note(request: Asked, house: NamedDependency[House], domain: FromPath[str], id: FromPath[int]) -> Response[Any]:
    """The note is gone."""
    portal, _ = await _allowed(house, request, domain)
    note, control, now_ms = await _found(house, request, portal, id), house.desk.control, house.desk.now()
    return await _noted(house, request, portal, f"note-{id}", lambda: delete_annotation(control, portal, note, now_ms=now_ms))


async def _changed(house: House, request: Asked, domain: str, id: int, work: Callable[[Portal, Segment], None]) -> Response[Any]:
    """``work`` on a segment of one's own, or as an analyst on one of the team's."""
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    found = await in_thread(lambda: find_segment(house.desk.control, portal, operator.id, id))
    if found.is_shared:
        require(operator, "analyst", portal)
    return await _after(house, request, portal, f"segment-{id}", lambda: work(portal, found))


async def _allowed(house: House, request: Asked, domain: str) -> tuple[Portal, dict[str, str]]:
    """The portal and the form. Raises Forbidden where whoever sends it is no analyst there."""
    portal = await visible_portal(house, request, domain)
    require(await signed_in(house, request), "analyst", portal)
    return portal, await fields_of(request)


async def _found(house: House, request: Asked, portal: Portal, id: int) -> Annotation:
    """The note, if whoever asks may change it."""
    note = await in_thread(lambda: find_annotation(house.desk.control, portal, id))
    if note.is_everywhere:
        require(await signed_in(house, request), "admin")
    return note


def _read(given: dict[str, str], note: Annotation) -> Annotation:
    return msgspec.structs.replace(note, day=given.get("day", ""), time=given.get("time", ""), text=given.get("text", ""))


async def _noted(house: House, request: Asked, portal: Portal, form: str, work: Callable[[], object]) -> Response[Any]:
    return await _after(house, request, portal, form, work, place="#notes")


async def _after(house: House, request: Asked, portal: Portal, form: str, work: Callable[[], object], *, place: str = "") -> Response[Any]:
    """Back to the page; where the work refuses what was typed, the page with that form as it was sent."""
    given = await fields_of(request)
    view = view_of(given)
    try:
        await in_thread(work)
    except (BadInput, Conflict) as error:
        return await show_portal(house, request, portal, view, typed=typed_into(form, given, error))
    return Redirect(f"/portals/{portal.domain}{view.as_query()}{place}", status_code=303)


def view_of(given: dict[str, str]) -> View:
    """What the page looked at when its form was sent: every form of it carries its address's query in ``view``."""
    return read_view(parse_qsl(given.get("view", "").removeprefix("?"), keep_blank_values=True))


BEHIND = [note_to_add, page_of_form, save_segment, change_segment, remove_segment, add_note, change_note, delete_note]
