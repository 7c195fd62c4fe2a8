"""What can be recommended."""

from typing import Literal

import msgspec

__all__ = ["Item", "Kind", "State"]

Kind = Literal["article", "service", "event", "form", "page"]
State = Literal["live", "fading", "dead", "hidden"]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A page that is worth a recommendation, with what is known of it."""

    id: int
    """Of the control table ``items``, never used again."""
    site: int
    path: str
    """Its portal and its page as events have it, path with the queries that count; unique together."""
    url: str
    title: str
    summary: str = ""
    text: str = ""
    """Plain, at most 20,000 characters."""
    kind: Kind = "page"
    language: str = ""
    """BCP 47 primary tag; empty where unknown."""
    districts: tuple[str, ...] = ()
    """Ids of places; none means everywhere."""
    valid_from_ms: int = 0
    valid_to_ms: int = 0
    """0 is open."""
    weight: float = 1.0
    """The editor's, 0 to 10; 0 hides it."""
    topics: tuple[tuple[str, float], ...] = ()
    """Topic and score 0 to 1, at most three over .2, best first; corrected ones stand."""
    corrected: bool = False
    """Its topics were set by an editor."""
    published_ms: int = 0
    seen_ms: int = 0
    """When a filling last saw it alive."""
    source: str = ""
    state: State = "live"
