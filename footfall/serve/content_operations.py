"""The content catalogue in the API's schema, with examples."""

from typing import Any

from footfall.interests.items import ItemBody
from footfall.serve import content_shapes as shapes
from footfall.serve.operation import BAD, CSV, JSON, NDJSON, Operation
from footfall.serve.site_shapes import Deleted

__all__ = ["CONTENT_OPERATIONS"]

NO_PORTAL = {404: "There is no such portal."}
NO_ITEM = {404: "There is no such item."}
NO_SOURCE = {404: "There is no such source."}
DELETED = {"deleted": True}
WRITTEN: dict[str, Any] = {
    "url": "https://library.example.city/news/opening",
    "title": "Reading room opens on Sundays",
    "summary": "From March on, ten to six.",
    "kind": "article",
    "language": "en",
    "topics": {"culture": 0.8},
}
ITEM: dict[str, Any] = WRITTEN | {
    "id": 12,
    "portal": "library.example.city",
    "path": "/news/opening",
    "text": "The reading room is open on Sundays, too.",
    "districts": [],
    "valid_from": "",
    "valid_to": "",
    "weight": 1.0,
    "corrected": True,
    "published": "2026-02-20",
    "seen": "2026-03-01T03:15:20+00:00",
    "source": "api",
    "state": "live",
}
SITEMAP: dict[str, Any] = {
    "kind": "sitemap",
    "url": "https://library.example.city/sitemap.xml",
    "schedule": "15 3 * * *",
    "most_pages": 500,
}
SOURCE: dict[str, Any] = {
    "id": 3,
    "portal": "library.example.city",
    **SITEMAP,
    "began": "2026-03-01T03:15:00+00:00",
    "fetched": 412,
    "waiting": 0,
    "state": "done",
    "said": "412 pages: 9 new, 31 changed",
}

CONTENT_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("get", "/api/v1/content/items"): Operation(
        summary="A portal's items by path; as CSV or NDJSON with format",
        scope="content:read",
        or_scope="content:write",
        given=("site_id!", "query", "kind", "topic", "state", "limit", "offset", "format"),
        answers=shapes.ItemList,
        errors=BAD | NO_PORTAL,
        example_answer={"items": [ITEM | {"text": None}], "total": 1},
    ),
    ("post", "/api/v1/content/items"): Operation(
        summary="Put one item as a JSON object, or many as a CSV or NDJSON file, with site_id in the address",
        scope="content:write",
        asks=shapes.ItemNew,
        media=(JSON, CSV, NDJSON),
        lines=ItemBody,
        given=("site_id",),
        answers=shapes.ItemShown,
        answers_lines=shapes.Uploaded,
        errors=BAD | NO_PORTAL | {413: "The file is too large."},
        example={"site_id": "library.example.city"} | WRITTEN,
        example_answer=ITEM,
    ),
    ("get", "/api/v1/content/items/{item}"): Operation(
        summary="An item with its text",
        scope="content:read",
        or_scope="content:write",
        answers=shapes.ItemShown,
        errors=NO_ITEM,
        example_answer=ITEM,
    ),
    ("put", "/api/v1/content/items/{item}"): Operation(
        summary="Change what is named of an item",
        scope="content:write",
        asks=shapes.ItemChange,
        answers=shapes.ItemShown,
        errors=BAD | NO_ITEM,
        example={"weight": 2.0, "topics": {"culture": 0.8}},
        example_answer=ITEM,
    ),
    ("delete", "/api/v1/content/items/{item}"): Operation(
        summary="Remove an item", scope="content:write", answers=Deleted, errors=NO_ITEM, example_answer=DELETED
    ),
    ("get", "/api/v1/content/sources"): Operation(
        summary="Where a portal's items are read from, and how far it is",
        scope="sites:read",
        or_scope="sites:write",
        given=("site_id!",),
        answers=shapes.SourceList,
        errors=BAD | NO_PORTAL,
        example_answer={"sources": [SOURCE]},
    ),
    ("post", "/api/v1/content/sources"): Operation(
        summary="Have a portal's items read from there; the same kind and url again changes its times",
        scope="sites:write",
        asks=shapes.SourceBody,
        answers=shapes.SourceShown,
        errors=BAD | NO_PORTAL,
        example={"site_id": "library.example.city"} | SITEMAP,
        example_answer=SOURCE,
    ),
    ("post", "/api/v1/content/sources/{source}/run"): Operation(
        summary="Have a source read now",
        scope="sites:write",
        answers=shapes.SourceAsked,
        errors=NO_SOURCE,
        example_answer={"asked": True},
    ),
    ("delete", "/api/v1/content/sources/{source}"): Operation(
        summary="Read a source no more; its items stay",
        scope="sites:write",
        answers=Deleted,
        errors=NO_SOURCE,
        example_answer=DELETED,
    ),
}
