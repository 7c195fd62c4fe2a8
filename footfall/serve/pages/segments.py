"""Saved segments beside the filters: a menu of links, for the address stays the truth, and the forms that save, rename and delete them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from footfall.control.roles import Operator
from footfall.control.segments import Segment, add_segment, delete_segment, find_segment, list_segments, rename_segment
from footfall.errors import BadQuestion
from footfall.reports.filters import parse_filters
from footfall.sentences import NOTHING, Sentence
from footfall.serve.house import Desk, House
from footfall.serve.pages.view import Chip, View, read_chips, read_view
from footfall.serve.sign_in import fields_of, in_thread, may, require, signed_in, visible_portal
from footfall.vocabulary import Goal, Portal

__all__ = ["BEHIND", "Own", "Saved", "own_of", "view_of"]


class Saved(msgspec.Struct, frozen=True):
    """A segment as the menu shows it."""

    segment: Segment
    chips: tuple[Chip, ...]
    fault: Sentence = NOTHING
    """Why it cannot be applied any more, in a sentence."""


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """What is the reader's own on a portal's page."""

    segments: tuple[Saved, ...]
    is_analyst: bool
    """Shares segments with the team, and writes notes."""
    is_admin: bool
    """Of all portals: writes notes for all."""


def own_of(desk: Desk, portal: Portal, operator: Operator) -> Own:
    """The operator's and the team's segments, and what the operator may."""
    goals = desk.control.goals(portal.id)
    saved = tuple(_saved(segment, goals) for segment in list_segments(desk.control, portal, operator.id))
    return Own(segments=saved, is_analyst=may(operator, "analyst", portal), is_admin=may(operator, "admin"))


def view_of(given: dict[str, str]) -> View:
    """What the page looked at when its form was sent: every form of it carries its address's query in ``view``."""
    return read_view(parse_qsl(given.get("view", "").removeprefix("?"), keep_blank_values=True))


def _saved(segment: Segment, goals: tuple[Goal, ...]) -> Saved:
    try:
        chips = read_chips(segment.filters)
        parse_filters([chip.as_question() for chip in chips], goals)
    except BadQuestion as error:
        return Saved(segment, (), error.sentence)
    return Saved(segment, chips)


@post("/portals/{domain:str}/segments", status_code=303)
async def save_segment(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Redirect:
    """The filters of the address under a name; for the team by an analyst."""
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    given = await fields_of(request)
    view, is_shared = view_of(given), given.get("whose") == "team"
    if is_shared:
        require(operator, "analyst", portal)
    filters = tuple(chip.as_text() for chip in view.filters)
    segment = Segment(name=given.get("name", ""), filters=filters, operator_id=None if is_shared else operator.id)
    await in_thread(lambda: add_segment(house.desk.control, portal, segment, now_ms=house.desk.now()))
    return _back(portal, view)


@post("/portals/{domain:str}/segments/{id:int}", status_code=303)
async def change_segment(
    request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], id: FromPath[int]
) -> Redirect:
    """Another name."""
    name, control, now_ms = (await fields_of(request)).get("name", ""), house.desk.control, house.desk.now()
    return await _changed(house, request, domain, id, lambda portal, found: rename_segment(control, portal, found, name, now_ms=now_ms))


@post("/portals/{domain:str}/segments/{id:int}/delete", status_code=303)
async def remove_segment(
    request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], id: FromPath[int]
) -> Redirect:
    """The segment is gone; filters in addresses stay."""
    control, now_ms = house.desk.control, house.desk.now()
    return await _changed(house, request, domain, id, lambda portal, found: delete_segment(control, portal, found, now_ms=now_ms))


async def _changed(
    house: House, request: Request[Any, Any, Any], domain: str, id: int, work: Callable[[Portal, Segment], None]
) -> Redirect:
    """Back to the page after ``work`` on a segment of one's own, or as an analyst on one of the team's."""
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    found = await in_thread(lambda: find_segment(house.desk.control, portal, operator.id, id))
    if found.is_shared:
        require(operator, "analyst", portal)
    await in_thread(lambda: work(portal, found))
    return _back(portal, view_of(await fields_of(request)))


def _back(portal: Portal, view: View) -> Redirect:
    return Redirect(f"/portals/{portal.domain}{view.as_query()}", status_code=303)


BEHIND = [save_segment, change_segment, remove_segment]
