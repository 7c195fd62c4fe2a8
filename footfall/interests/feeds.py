"""RSS and Atom: what a portal says is new."""

import calendar
import io
from typing import Any

import feedparser
import msgspec

from footfall.errors import BadInput
from footfall.interests.items import LONGEST_SUMMARY, LONGEST_TEXT, LONGEST_TITLE, plain
from footfall.interests.markup import text_of

__all__ = ["Entry", "read_feed"]

MOST_ENTRIES = 1000


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a feed announces."""

    url: str
    title: str
    summary: str
    text: str
    language: str
    published_ms: int
    """0: it does not say."""


def read_feed(body: bytes, content_type: str = "") -> list[Entry]:
    """The entries that have an address and a title, as the feed orders them.

    Raises:
        BadInput: it is no feed.
    """
    # TRICKY: bytes would be taken for the name of a file, which feedparser opens.
    found = feedparser.parse(io.BytesIO(body), response_headers={"content-type": content_type} if content_type else {})
    if not found.get("version") and not found.entries:
        raise BadInput("It is no feed of RSS or Atom.")
    language = str(found.feed.get("language") or "")
    entries = (_entry(each, language) for each in found.entries[:MOST_ENTRIES])
    return [entry for entry in entries if entry.url and entry.title]


def _entry(given: Any, language: str) -> Entry:
    whole = " ".join(str(part.get("value", "")) for part in given.get("content", ()))
    summary = text_of(str(given.get("summary") or ""))
    at = given.get("published_parsed") or given.get("updated_parsed")
    return Entry(
        url=str(given.get("link") or ""),
        title=plain(text_of(str(given.get("title") or "")), LONGEST_TITLE),
        summary=plain(summary, LONGEST_SUMMARY),
        text=plain(text_of(whole), LONGEST_TEXT),
        language=language,
        published_ms=max(0, calendar.timegm(at) * 1000) if at else 0,
    )
