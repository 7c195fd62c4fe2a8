"""The API of the content catalogue: items of portals, one by one and as files."""

from typing import Any

import anyio.from_thread
from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Response

from footfall.control.items import get_item, remove_item
from footfall.control.keys import Key
from footfall.errors import BadInput, NotFound
from footfall.interests.items import KINDS
from footfall.interests.taxonomy import Taxonomy, taxonomy
from footfall.interests.uploads import FORMATS, Format, written
from footfall.serve.bodies import read_body
from footfall.serve.content_items import Asked, change_one, item_shown, items_of, put_one, upload, whole_items
from footfall.serve.content_shapes import Uploaded
from footfall.serve.dataset_shapes import builtins
from footfall.serve.house import House
from footfall.serve.keys import absent_to, authorize, portal_for
from footfall.serve.streamed_forms import body_parts
from footfall.serve.tools_of_sources import source_room
from footfall.serve.uploads import received
from footfall.vocabulary import Item, Portal

__all__ = ["ROUTES", "site_of"]

READ, WRITE = "content:read", "content:write"
STATES = ("live", "fading", "dead", "hidden")
MEDIA: dict[str, Format] = {"text/csv": "csv", "application/x-ndjson": "ndjson", "application/ndjson": "ndjson"}
MOST_FILE_BYTES = 200_000_000
MOST_ROWS = 1000
VALID = {"kind": KINDS, "state": STATES, "format": ("json", *FORMATS)}


def site_of(given: dict[str, Any]) -> str:
    """The portal that is named. Raises BadInput where none is."""
    if not given.get("site_id"):
        raise BadInput("Missing site ID. Send site_id, a portal's domain.")
    return str(given["site_id"])


@get("/api/v1/content/items")
async def list_content(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """A portal's items by path: site_id; query, kind, topic, state; limit (100, at most 1,000), offset; format json, csv or ndjson."""
    key = await authorize(house, request, READ, WRITE)
    given = dict(request.query_params)
    asked, format = _asked(given), _chosen(given, "format")
    control = house.desk.control

    def work() -> Response[Any]:
        portal = _portal(house, key, site_of(given))
        for media, known in MEDIA.items():
            if known == format:
                return Response("".join(written(whole_items(control, portal, asked), known)), media_type=media)
        return Response(builtins(items_of(control, portal, asked)))

    return await house.in_question_lane(work)


@get("/api/v1/content/items/{item:int}")
async def show_content(request: Request[Any, Any, Any], house: NamedDependency[House], item: FromPath[int]) -> dict[str, Any]:
    """One item with its text."""
    key = await authorize(house, request, READ, WRITE)

    def work() -> dict[str, Any]:
        found, portal = _item(house, key, item)
        return builtins(item_shown(found, portal))

    return await house.in_question_lane(work)


@post("/api/v1/content/items", status_code=200, request_max_body_size=None)
async def put_content(request: Request[Any, Any, Any], house: NamedDependency[House], site_id: FromQuery[str] = "") -> dict[str, Any]:
    """An item as JSON, with ``site_id`` in it or in the address; or a file of items, as CSV or NDJSON, ``site_id`` in the address."""
    key = await authorize(house, request, WRITE)
    format = MEDIA.get(request.content_type[0])
    if format:
        return builtins(await house.in_import_lane(lambda: _uploaded(house, key, request, site_of({"site_id": site_id}), format)))
    given = {"site_id": site_id} | await read_body(request)
    domain = site_of(given)
    del given["site_id"]

    def work() -> dict[str, Any]:
        portal = _portal(house, key, domain, WRITE)
        return builtins(
            item_shown(put_one(house.desk.control, portal, given, _topics(house), source="api", now_ms=house.desk.now()), portal)
        )

    return await house.in_question_lane(work)


@put("/api/v1/content/items/{item:int}", status_code=200)
async def change_content(request: Request[Any, Any, Any], house: NamedDependency[House], item: FromPath[int]) -> dict[str, Any]:
    """An item with what is named changed; what is not named stays."""
    key = await authorize(house, request, WRITE)
    given = await read_body(request)

    def work() -> dict[str, Any]:
        _, portal = _item(house, key, item, WRITE)
        return builtins(item_shown(change_one(house.desk.control, portal, item, given, _topics(house), now_ms=house.desk.now()), portal))

    return await house.in_question_lane(work)


@delete("/api/v1/content/items/{item:int}", status_code=200)
async def remove_content(request: Request[Any, Any, Any], house: NamedDependency[House], item: FromPath[int]) -> dict[str, bool]:
    """Remove an item. A filling that meets its page again brings it back; weight 0 hides it for good."""
    key = await authorize(house, request, WRITE)

    def work() -> None:
        _item(house, key, item, WRITE)
        remove_item(house.desk.control, item, now_ms=house.desk.now())

    await house.in_question_lane(work)
    return {"deleted": True}


def _uploaded(house: House, key: Key, request: Request[Any, Any, Any], domain: str, format: Format) -> Uploaded:
    portal = _portal(house, key, domain, WRITE)
    stream = body_parts(request)

    async def next_part() -> bytes | None:
        return await anext(stream, None)

    parts = iter(lambda: anyio.from_thread.run(next_part), None)
    with received(
        (part for part in parts if part), source_room(house.desk.settings), f"items.{format}", most_bytes=MOST_FILE_BYTES
    ) as file:
        return upload(house.desk.control, portal, file.path, format, _topics(house), now_ms=house.desk.now())


def _topics(house: House) -> Taxonomy:
    return taxonomy(house.desk.settings.topics_file)


def _portal(house: House, key: Key, name: str, scope: str = READ) -> Portal:
    """Who may write may read: raises as ``portal_for``, and Forbidden where a key that is for some placements would write."""
    if scope == WRITE:
        key.require_placement("")
    return portal_for(house.desk.control, key, scope if scope in key.scopes else WRITE, name)


def _item(house: House, key: Key, id: int, scope: str = READ) -> tuple[Item, Portal]:
    """The item, and its portal. A key for some portals is told alike of an item of another and of none.

    Raises:
        NotFound, Forbidden
    """
    try:
        found = get_item(house.desk.control, id)
        return found, _portal(house, key, str(found.site), scope)
    except NotFound as error:
        raise absent_to(key, error) from None


def _asked(given: dict[str, str]) -> Asked:
    limit, offset = (_number(given, name, usual) for name, usual in (("limit", 100), ("offset", 0)))
    if not 1 <= limit <= MOST_ROWS:
        raise BadInput("limit {limit} is not valid. Valid: 1 to {most}.", limit=limit, most=MOST_ROWS)
    return Asked(
        query=given.get("query", ""),
        kind=_chosen(given, "kind"),
        topic=given.get("topic", ""),
        state=_chosen(given, "state"),
        limit=limit,
        offset=offset,
    )


def _chosen(given: dict[str, str], name: str) -> str:
    text = given.get(name, "")
    if text and text not in VALID[name]:
        raise BadInput("{name} {value!r} is not valid. Valid: {valid}.", name=name, value=text[:50], valid=", ".join(VALID[name]))
    return text


def _number(given: dict[str, str], name: str, usual: int) -> int:
    text = given.get(name, "")
    if text and not (text.isdecimal() and len(text) < 10):
        raise BadInput("{name} {value!r} is not valid. Valid: a whole number.", name=name, value=text[:50])
    return int(text) if text else usual


ROUTES = [list_content, show_content, put_content, change_content, remove_content]
