"""The catalogue of a portal's content as pages: searched and filtered, and each item with what an editor may change of it."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.collect.days import day_of
from footfall.control.items import count_items, get_item, list_items
from footfall.errors import BadInput, BadQuestion, NotFound
from footfall.interests.items import KINDS
from footfall.interests.taxonomy import Taxonomy, taxonomy
from footfall.serve.content_items import change_one
from footfall.serve.house import Desk, House
from footfall.serve.pages.account_words import said
from footfall.serve.pages.content_words import ITEM_STATES, KIND_NAMES
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.interests import topic_names
from footfall.serve.sign_in import fields_of, in_thread, may, require, signed_in, visible_portal
from footfall.vocabulary import Item, Portal

__all__ = ["BEHIND", "Shelf", "given_of", "read_shelf"]

ROWS_A_PAGE, MOST_PAGES, LONGEST_SEARCH = 50, 10_000, 200
TOPICS = 3
Asked = Request[Any, Any, Any]


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """Which of the items are listed."""

    q: str = ""
    kind: str = ""
    topic: str = ""
    state: str = ""
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.kind or self.topic or self.state)

    def at(self, page: int) -> str:
        """The query of an address with that page of the list."""
        pairs = {name: getattr(self, name) for name in ("q", "kind", "topic", "state") if getattr(self, name)}
        return "?" + urlencode(pairs | {"page": page})


def read_shelf(given: dict[str, str]) -> Shelf:
    """The choices of an address's names and values.

    Raises:
        BadQuestion: a value is not valid; the sentence says what is.
    """
    kind, state, page = given.get("kind", ""), given.get("state", ""), given.get("page") or "1"
    for name, value, valid in (("kind", kind, KINDS), ("state", state, tuple(ITEM_STATES))):
        if value and value not in valid:
            raise BadQuestion("{name} {value!r} is not known. Valid: {valid}.", name=name, value=value, valid=", ".join(valid))
    if not (page.isascii() and page.isdecimal() and 0 < int(page) <= MOST_PAGES):
        raise BadQuestion("page {page!r} is not valid. Valid: 1 to {most}.", page=page, most=MOST_PAGES)
    return Shelf(q=given.get("q", "").strip()[:LONGEST_SEARCH], kind=kind, topic=given.get("topic", ""), state=state, page=int(page))


def given_of(item: Item, fields: dict[str, str], timezone: str) -> dict[str, Any]:
    """What the form of an item changes of it: what is as before is not named, so that a reading may still bring it up to date."""
    given: dict[str, Any] = {}
    if fields.get("kind", item.kind) != item.kind:
        given["kind"] = fields["kind"]
    if fields.get("weight", "").strip() and fields["weight"].strip() != f"{item.weight:g}":
        given["weight"] = fields["weight"].strip()
    for name in ("valid_from", "valid_to"):
        if fields.get(name, "") != _day(getattr(item, f"{name}_ms"), timezone):
            given[name] = fields.get(name, "")
    if fields.get("by_text"):
        return given | ({"topics": {}} if item.corrected else {})
    topics = {fields[f"topic{place}"]: _score(fields, place) for place in range(1, TOPICS + 1) if fields.get(f"topic{place}")}
    is_sent = any(f"topic{place}" in fields for place in range(1, TOPICS + 1))
    before = {topic: f"{score:.2f}" for topic, score in item.topics}
    return given | ({"topics": topics} if is_sent and {id: f"{score:.2f}" for id, score in topics.items()} != before else {})


def _day(ms: int, timezone: str) -> str:
    """The portal's day of an instant as a form has it; empty for 0."""
    return day_of(timezone, ms) if ms else ""


def _score(fields: dict[str, str], place: int) -> float:
    text = fields.get(f"score{place}", "").strip() or "1"
    try:
        return float(text)
    except ValueError:
        raise BadInput("{value!r} is no score. Valid: 0 to 1.", value=text[:20]) from None


@get("/portals/{domain:str}/content/items")
async def items_page(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """The catalogue, a page at a time."""
    shelf = read_shelf(dict(request.query_params))
    portal = await visible_portal(house, request, domain)
    asked = {"query": shelf.q, "kind": shelf.kind, "topic": shelf.topic, "state": shelf.state}

    def work() -> tuple[list[Item], int, int]:
        control = house.desk.control
        found = list_items(control, portal.id, **asked, limit=ROWS_A_PAGE, offset=(shelf.page - 1) * ROWS_A_PAGE)
        return found, count_items(control, portal.id, **asked), count_items(control, portal.id)

    found, total, whole = await in_thread(work)
    pages = max(1, -(-total // ROWS_A_PAGE))
    values: dict[str, Any] = {
        "items": found,
        "total": total,
        "whole": whole,
        "shelf": shelf,
        "pages": pages,
        "part": "items",
        "portal": portal,
    }
    return render(request, "content_items.html", **values, **_words(request, house.desk))


@get("/portals/{domain:str}/content/items/{number:int}")
async def item_page(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[str]:
    """One item."""
    portal = await visible_portal(house, request, domain)
    return await _item(house, request, portal, number)


@post("/portals/{domain:str}/content/items/{number:int}", status_code=303)
async def change_item_page(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """The item as its editor wants it."""
    portal = await visible_portal(house, request, domain)
    require(await signed_in(house, request), "analyst", portal)
    fields = await fields_of(request)
    try:
        await in_thread(lambda: _change(house.desk, portal, number, fields))
    except BadInput as error:
        return await _item(house, request, portal, number, fault=said(request, error))
    return Redirect(f"/portals/{portal.domain}/content/items/{number}?saved=1", status_code=303)


def _change(desk: Desk, portal: Portal, number: int, fields: dict[str, str]) -> None:
    given = given_of(_found(desk, portal, number), fields, portal.timezone)
    if given:
        change_one(desk.control, portal, number, given, taxonomy(desk.settings.topics_file), now_ms=desk.now())


def _found(desk: Desk, portal: Portal, number: int) -> Item:
    """Raises NotFound where the portal has no such item."""
    item = get_item(desk.control, number)
    if item.site != portal.id:
        raise NotFound("There is no item {id}.", id=number)
    return item


async def _item(house: House, request: Asked, portal: Portal, number: int, *, fault: str = "") -> Response[str]:
    item = await in_thread(lambda: _found(house.desk, portal, number))
    values: dict[str, Any] = {
        "portal": portal,
        "part": "items",
        "item": item,
        "places": range(1, TOPICS + 1),
        "valid_from": _day(item.valid_from_ms, portal.timezone),
        "valid_to": _day(item.valid_to_ms, portal.timezone),
        "seen": datetime.fromtimestamp(item.seen_ms / 1000, UTC) if item.seen_ms else None,
        "published": datetime.fromtimestamp(item.published_ms / 1000, UTC) if item.published_ms else None,
        "is_editor": may(await signed_in(house, request), "analyst", portal),
        "is_saved": "saved" in request.query_params,
        "fault": fault,
    }
    return render(request, "content_item.html", status=400 if fault else 200, **values, **_words(request, house.desk))


def _words(request: Asked, desk: Desk) -> dict[str, Any]:
    topics: Taxonomy = taxonomy(desk.settings.topics_file)
    names = topic_names(topics, reader_of(request).language.code)
    choices = [(topic.id, names(topic.id)) for topic in topics]
    return {"kinds": KIND_NAMES, "states": ITEM_STATES, "topic_name": names, "topics": choices}


BEHIND = [items_page, item_page, change_item_page]
