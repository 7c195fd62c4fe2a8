"""What the API tells and takes of the content catalogue. Instants are ISO texts, empty where there is none."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from footfall.interests.items import ItemBody

__all__ = [
    "ItemChange",
    "ItemList",
    "ItemNew",
    "ItemShown",
    "LineRefused",
    "SourceAsked",
    "SourceBody",
    "SourceList",
    "SourceShown",
    "Uploaded",
]


class ItemShown(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the catalogue."""

    id: int
    portal: str
    path: str
    """As events have it."""
    url: str
    title: str
    summary: str
    text: str | None
    """Null in lists."""
    kind: str
    language: str
    districts: tuple[str, ...]
    valid_from: str
    valid_to: str
    weight: float
    topics: dict[str, float]
    """Best first."""
    corrected: bool
    """An editor chose the topics."""
    published: str
    seen: str
    source: str
    state: Literal["live", "fading", "dead", "hidden"]


class ItemList(msgspec.Struct, frozen=True):
    """A page of a portal's items, by path."""

    items: tuple[ItemShown, ...]
    total: int
    """Of all pages together."""


class ItemNew(ItemBody, kw_only=True, omit_defaults=True):
    """An item, and whose it is. One that is at its address already gets what is named."""

    site_id: Annotated[str, Meta(min_length=1, description="A portal's domain, any of its own, or its id.")]


class ItemChange(ItemBody, kw_only=True, omit_defaults=True):
    """What is to be another; what is not named stays."""


class LineRefused(msgspec.Struct, frozen=True):
    """A line that was not taken."""

    line: int
    error: str


class Uploaded(msgspec.Struct, frozen=True):
    """What came of a file of items."""

    read: int
    """Lines that hold something."""
    added: int
    changed: int
    unchanged: int
    refused: int
    refusals: tuple[LineRefused, ...]
    """The first hundred."""


class SourceBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where a portal's items are read from."""

    site_id: Annotated[str, Meta(min_length=1, description="A portal's domain, any of its own, or its id.")]
    kind: Annotated[str, Meta(extra_json_schema={"enum": ["sitemap", "feed", "crawl", "traffic"]})]
    url: Annotated[str, Meta(description="Where it begins; empty: the portal's first page, or what its robots.txt names.")] = ""
    schedule: Annotated[str, Meta(description="Cron by the portal's clock; empty is by hand.")] = "15 3 * * *"
    most_pages: Annotated[int, Meta(ge=1, le=20_000, description="Fetched in a run.")] = 500


class SourceShown(msgspec.Struct, frozen=True, kw_only=True):
    """Where a portal's items are read from, and how far it is."""

    id: int
    portal: str
    kind: str
    url: str
    schedule: str
    most_pages: int
    began: str
    """When its last run was due."""
    fetched: int
    """Pages in it."""
    waiting: int
    """Pages that are left."""
    state: str
    """Of the run: asked, running, waits, done or failed; empty: there was none."""
    said: str


class SourceList(msgspec.Struct, frozen=True):
    """A portal's sources, by id."""

    sources: tuple[SourceShown, ...]


class SourceAsked(msgspec.Struct, frozen=True):
    """It is read as soon as an app looks."""

    asked: Literal[True] = True
