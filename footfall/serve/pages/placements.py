"""Placements of a portal: the list, and each with its settings, its pins, how it did, and the lines to paste."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.items import count_items, get_item, list_items
from footfall.control.placements import Placement, delete_placement, find_placement, list_placements, put_placement
from footfall.control.places import list_places
from footfall.errors import BadInput, BadQuestion, Conflict, NotFound
from footfall.interests.taxonomy import taxonomy
from footfall.sentences import NOTHING, Sentence
from footfall.serve.audience_sizes import sizes_of
from footfall.serve.audiences import refuse_untold
from footfall.serve.house import House
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.language import Language
from footfall.serve.pages.placement_form import ARMS, WAYS, changed_settings, fields_of_placement, lists_after, settings_of
from footfall.serve.pages.placement_tests import Outcome, outcome_of, sums_of
from footfall.serve.pages.placement_words import (
    KIND_NAMES,
    interval_in_words,
    points_in_words,
    rule_in_words,
    rules_in_words,
    verdict_in_words,
)
from footfall.serve.pages.typed import UNTYPED, Typed, typed_into
from footfall.serve.placement_results import results_of
from footfall.serve.sign_in import fields_of, in_thread, may, require, signed_in, visible_portal
from footfall.serve.sites import public_url
from footfall.vocabulary import Item, Portal

__all__ = ["BEHIND", "Row", "choices_of", "placement_of"]

FOUND = 20
"""Items that a search shows."""
Asked = Request[Any, Any, Any]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A placement in the list."""

    placement: Placement
    rules: list[str]
    shown: int
    """In four weeks; 0: fewer than ten, or none."""
    clicked: int | None


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """Items to pin or block."""

    query: str = ""
    items: tuple[Item, ...] = ()
    total: int = 0


@get("/portals/{domain:str}/placements")
async def placements_page(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """The portal's placements, and the form for another."""
    return await _list(house, request, await visible_portal(house, request, domain))


@post("/portals/{domain:str}/placements", status_code=200)
async def add_placement(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """A placement as usual; on to its page."""
    portal = await _edited(house, request, domain)
    given = await fields_of(request)
    name = given.get("name", "").strip()
    try:
        await in_thread(lambda: _add(house, portal, name, given.get("title", "").strip()))
    except (BadInput, Conflict) as error:
        return await _list(house, request, portal, typed_into("new", given, error))
    return _to(portal, name)


@get("/portals/{domain:str}/placements/{name:str}")
async def placement_page(request: Asked, house: NamedDependency[House], domain: FromPath[str], name: FromPath[str]) -> Response[str]:
    """One placement."""
    portal = await visible_portal(house, request, domain)
    return await _one(house, request, portal, await placement_of(house, portal, name))


@post("/portals/{domain:str}/placements/{name:str}", status_code=200)
async def change_placement(request: Asked, house: NamedDependency[House], domain: FromPath[str], name: FromPath[str]) -> Response[Any]:
    """Settings, all of a form."""
    portal = await _edited(house, request, domain)
    given, before = await fields_of(request), await placement_of(house, portal, name)
    try:
        await in_thread(lambda: _set_up(house, portal, before, given))
    except BadInput as error:
        return await _one(house, request, portal, before, typed_into("settings", given, error))
    return _to(portal, name)


@post("/portals/{domain:str}/placements/{name:str}/items", status_code=200)
async def change_items(request: Asked, house: NamedDependency[House], domain: FromPath[str], name: FromPath[str]) -> Response[Any]:
    """An item pinned, blocked or let go, or pins in another order."""
    portal = await _edited(house, request, domain)
    given, before = await fields_of(request), await placement_of(house, portal, name)

    def work() -> None:
        changed = lists_after(before, given.get("do", "order"), given)
        for item in {*changed.get("pins", ()), *changed.get("blocked", ())} - {*before.pins, *before.blocked}:
            if get_item(house.desk.control, item).site != portal.id:
                raise NotFound("No item {id} here.", id=item)
        _put(house, before, changed)

    try:
        await in_thread(work)
    except BadInput as error:
        return await _one(house, request, portal, before, typed_into("items", given, error))
    return _to(portal, name, "#items")


@post("/portals/{domain:str}/placements/{name:str}/remove", status_code=303)
async def remove_placement(request: Asked, house: NamedDependency[House], domain: FromPath[str], name: FromPath[str]) -> Redirect:
    """It is answered no more; what it showed stays counted."""
    portal = await _edited(house, request, domain)
    found = await placement_of(house, portal, name)

    def work() -> None:
        delete_placement(house.desk.control, found.id, now_ms=house.desk.now())
        house.content.recommending.look_at_placements()

    await in_thread(work)
    return _to(portal, "")


async def placement_of(house: House, portal: Portal, name: str) -> Placement:
    """The portal's placement. Raises NotFound where it has none of that name."""
    found = await in_thread(lambda: find_placement(house.desk.control, name))
    if found.site != portal.id:
        raise NotFound("No placement {name!r} here. `footfall placements list` shows those there are.", name=name[:100])
    return found


def choices_of(house: House, spoken: Language) -> dict[str, dict[str, str]]:
    """Names by id of what rules and previews choose from: kinds, topics, districts. Raises Unavailable."""
    districts = list_places(house.desk.control, "district").items()
    return {
        "kinds": {kind: spoken.text(name) for kind, name in KIND_NAMES.items()},
        "topics": {topic.id: topic.name(spoken.code) for topic in taxonomy(house.desk.settings.topics_file)},
        "districts": dict(sorted(((id, place.names.get(spoken.code, place.name)) for id, place in districts), key=lambda pair: pair[1])),
    }


async def _edited(house: House, request: Asked, domain: str) -> Portal:
    portal = await visible_portal(house, request, domain)
    require(await signed_in(house, request), "analyst", portal)
    return portal


def _to(portal: Portal, name: str, part: str = "") -> Redirect:
    return Redirect(f"/portals/{portal.domain}/placements{'/' + name if name else ''}{part}", status_code=303)


def _add(house: House, portal: Portal, name: str, title: str) -> None:
    if any(one.id == name for one in list_placements(house.desk.control, portal.id)):
        raise Conflict("A placement named {name!r} is there already; take another name.", name=name)
    put_placement(house.desk.control, portal.id, name, {"title": title}, now_ms=house.desk.now())
    house.content.recommending.look_at_placements()


def _set_up(house: House, portal: Portal, before: Placement, given: Mapping[str, str]) -> None:
    def item_of(name: str) -> int | None:
        return house.content.recommending.item_of(portal, int(name) if name.isascii() and name.isdigit() else name)

    settings = settings_of(given, before, item_of)
    refuse_untold(house.desk.control, portal, before.id, settings)
    _put(house, before, settings)


def _put(house: House, before: Placement, settings: Mapping[str, Any]) -> None:
    changed = changed_settings(before, settings)
    if changed:
        put_placement(house.desk.control, before.site, before.id, changed, now_ms=house.desk.now())
        house.content.recommending.look_at_placements()


async def _list(house: House, request: Asked, portal: Portal, typed: Typed = UNTYPED) -> Response[Any]:
    is_editor = may(await signed_in(house, request), "analyst", portal)
    spoken = reader_of(request).language
    found = await house.in_question_lane(
        lambda: [_row(house, portal, one, spoken) for one in list_placements(house.desk.control, portal.id)]
    )
    wanted = request.query_params.get("item", "").strip()[:200]
    return render(
        request, "placements.html", status=typed.status, portal=portal, rows=found, is_editor=is_editor, typed=typed, wanted=wanted
    )


def _row(house: House, portal: Portal, placement: Placement, spoken: Language) -> Row:
    shown, clicked = sums_of(results_of(house.desk, portal, placement, "arm", ("", "")))
    return Row(
        placement=placement, rules=rules_in_words(spoken, placement, house.content.recommending.name_of), shown=shown, clicked=clicked
    )


async def _one(house: House, request: Asked, portal: Portal, placement: Placement, typed: Typed = UNTYPED) -> Response[Any]:
    is_editor = may(await signed_in(house, request), "analyst", portal)
    query, since = request.query_params.get("q", "").strip()[:200], request.query_params.get("since", "")
    spoken = reader_of(request).language
    outcome, fault = await house.in_question_lane(lambda: _outcome(house, portal, placement, since))
    sizes = await house.in_question_lane(lambda: sizes_of(house.desk, portal)) if is_editor else ()

    def work() -> dict[str, Any]:
        return {
            "search": _search(house, portal, query),
            "pins": [_titled(house, item) for item in placement.pins],
            "blocked": [_titled(house, item) for item in placement.blocked],
            "choices": choices_of(house, spoken),
        }

    return render(
        request,
        "placement.html",
        status=typed.status,
        portal=portal,
        placement=placement,
        is_editor=is_editor,
        typed=typed,
        fields=typed.given if typed.form == "settings" else fields_of_placement(placement),
        arms=ARMS,
        sizes=sizes,
        ways=WAYS,
        rules=rules_in_words(spoken, placement, house.content.recommending.name_of),
        outcome=outcome,
        since_fault=fault,
        base=public_url(request, house),
        said_verdict=verdict_in_words(spoken, outcome.verdict) if outcome and outcome.verdict else "",
        said_rule=rule_in_words(spoken),
        interval=lambda found: interval_in_words(spoken, found),
        points=lambda share: points_in_words(spoken, share),
        **await in_thread(work),
    )


def _outcome(house: House, portal: Portal, placement: Placement, since: str) -> tuple[Outcome | None, Sentence]:
    try:
        return outcome_of(placement, results_of(house.desk, portal, placement, "arm", (since, ""))), NOTHING
    except BadQuestion as error:
        return None, error.sentence


def _search(house: House, portal: Portal, query: str) -> Search:
    if not query:
        return Search()
    found = list_items(house.desk.control, portal.id, query=query, limit=FOUND)
    return Search(query=query, items=tuple(found), total=count_items(house.desk.control, portal.id, query=query))


def _titled(house: House, id: int) -> tuple[int, str]:
    """The item's title; empty where it is gone."""
    try:
        return id, get_item(house.desk.control, id).title
    except NotFound:
        return id, ""


BEHIND = [placements_page, add_placement, placement_page, change_placement, change_items, remove_placement]
