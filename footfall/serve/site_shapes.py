"""What bodies and answers of the Sites API look like, for its schema; ``tests/engine`` holds real answers to them."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

__all__ = [
    "Deleted",
    "GoalBody",
    "GoalChange",
    "GoalPage",
    "GoalShown",
    "Site",
    "SiteBody",
    "SiteChange",
    "SitePage",
]

Names = tuple[str, ...]


class SiteChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Settings of a portal; what is not named stays. In a form, lists have commas between."""

    domain: Annotated[str, Meta(description="Host name; the one before stays one of the portal's own.")] | UnsetType = UNSET
    domains: Annotated[Names, Meta(description="Further host names that count as this portal.")] | UnsetType = UNSET
    timezone: Annotated[str, Meta(description="IANA name; Etc/UTC unless given.")] | UnsetType = UNSET
    group: Annotated[str, Meta(description="Portals that share the service day; city unless given.")] | UnsetType = UNSET
    keep_events: Annotated[int, Meta(ge=0, le=760, description="Days; 90 unless given.")] | UnsetType = UNSET
    allowed_query: Annotated[Names, Meta(description="Query parameters kept in paths.")] | UnsetType = UNSET
    allowed_props: Annotated[Names, Meta(description="Custom properties kept; none named keeps all.")] | UnsetType = UNSET
    privacy_signal: Annotated[Literal["count", "refuse", "ignore"], Meta(description="count unless given.")] | UnsetType = UNSET


class SiteBody(SiteChange, kw_only=True, forbid_unknown_fields=True):
    """A portal to be made."""

    domain: str


class Site(msgspec.Struct, kw_only=True):
    """A portal with all its settings."""

    id: Annotated[int, Meta(description="Also Matomo's idsite.")]
    umami_id: Annotated[str, Meta(description="Umami's website.")]
    domain: str
    domains: list[str]
    timezone: str
    group: str
    keep_events: int
    allowed_query: list[str]
    allowed_props: list[str]
    custom_properties: list[str]
    privacy_signal: str
    snippet: Annotated[str, Meta(description="The line to paste into the portal's pages.")]


class SiteLine(msgspec.Struct):
    """A portal in a list."""

    domain: str
    timezone: str
    id: int


class PageMeta(msgspec.Struct):
    """Where the list goes on: send ``after`` or ``before`` as they are; null at the ends."""

    after: str | None
    before: str | None
    limit: int


class SitePage(msgspec.Struct):
    """Portals by id."""

    sites: list[SiteLine]
    meta: PageMeta


class GoalBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A goal to find or create."""

    site_id: str
    goal_type: Literal["event", "page"]
    event_name: Annotated[str, Meta(max_length=120)] | None = None
    page_path: Annotated[str, Meta(max_length=2000, description="* and ** match anything.")] | None = None
    display_name: str | None = None
    custom_props: dict[str, str] | None = None
    scroll_threshold: Annotated[int, Meta(ge=1, le=100, description="Percent; of a page goal.")] | None = None


class GoalChange(msgspec.Struct):
    """Whose goal is meant; it may stand in the address instead."""

    site_id: str


class GoalShown(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A goal."""

    id: int
    domain: str
    goal_type: Literal["event", "page"]
    display_name: str
    custom_props: dict[str, str]
    event_name: str | None
    page_path: str | None
    scroll_threshold: int | None = None


class GoalPage(msgspec.Struct):
    """Goals by id."""

    goals: list[GoalShown]
    meta: PageMeta


class Deleted(msgspec.Struct):
    """It is gone."""

    deleted: bool
