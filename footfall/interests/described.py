"""What a page says of itself in the words of Schema.org (JSON-LD)."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from footfall.interests.dates import end_of_day, read_instant

__all__ = ["Described", "describe"]

DEEPEST = 6
KIND_OF = {
    "Article": "article",
    "NewsArticle": "article",
    "BlogPosting": "article",
    "Report": "article",
    "GovernmentService": "service",
    "Service": "service",
    "GovernmentPermit": "service",
    "Event": "event",
    "Festival": "event",
    "FAQPage": "page",
    "WebPage": "page",
    "ItemPage": "page",
    "AboutPage": "page",
    "ContactPage": "page",
}
RANKS = ("event", "service", "article", "page")
"""Of several things that a page describes, which it is about."""


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """The thing that a page is about; empty where it does not say."""

    kind: str = ""
    title: str = ""
    summary: str = ""
    text: str = ""
    language: str = ""
    published_ms: int = 0
    valid_from_ms: int = 0
    valid_to_ms: int = 0


def describe(scripts: list[str], zone: ZoneInfo, url: str = "") -> Described:
    """What these scripts of JSON-LD say of the page at that address; broken ones say nothing. Times without an offset are in ``zone``.

    Of several things of a kind the one that names the page is meant; where none does, they are a list, and the page is none of them.
    """
    things = list(_things(scripts))
    for wanted in RANKS:
        found = [thing for thing, kind in things if kind == wanted]
        own = [thing for thing in found if url and _bare(url) in map(_bare, _addresses(thing))] or found
        if len({_title(thing) for thing in own}) == 1 or (own and wanted == "page"):
            return _described(own[0], wanted, zone)
    return Described()


def _things(scripts: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
    for text in scripts:
        try:
            value = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            continue
        for thing in _objects(value, DEEPEST):
            kind = next((kind for name in _listed(thing.get("@type")) if (kind := _kind(str(name)))), "")
            if kind:
                yield thing, kind


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Objects at the top, in lists, in a graph, and what a page says it is mainly about."""
    if depth and isinstance(value, list):
        for each in value:
            yield from _objects(each, depth - 1)
    elif depth and isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity"):
            yield from _objects(value.get(name), depth - 1)


def _kind(name: str) -> str:
    name = name.rpartition("/")[2].rpartition(":")[2]
    return KIND_OF.get(name) or ("event" if name.endswith("Event") else "")


def _described(thing: dict[str, Any], kind: str, zone: ZoneInfo) -> Described:
    is_event = kind == "event"
    until = _text(thing.get("expires")) or _text(thing.get("validThrough"))
    return Described(
        kind=kind,
        title=_title(thing),
        summary=_text(thing.get("description")) or _text(thing.get("abstract")),
        text=_text(thing.get("articleBody")) or " ".join(_answers(thing)),
        language=_text(thing.get("inLanguage")),
        published_ms=read_instant(_text(thing.get("datePublished")), zone),
        valid_from_ms=0 if is_event else read_instant(_text(thing.get("validFrom")), zone),
        valid_to_ms=_ends(thing, zone) if is_event else read_instant(until, zone, is_end=True),
    )


def _title(thing: dict[str, Any]) -> str:
    return _text(thing.get("headline")) or _text(thing.get("name"))


def _addresses(thing: dict[str, Any]) -> Iterator[str]:
    """What it says that it is, or is the main thing of."""
    for value in (thing.get("url"), thing.get("@id"), thing.get("mainEntityOfPage")):
        named = value.get("@id") if isinstance(value, dict) else value
        yield named if isinstance(named, str) else ""


def _bare(url: str) -> str:
    return url.partition("#")[0].partition("://")[2].removeprefix("www.").rstrip("/")


def _ends(thing: dict[str, Any], zone: ZoneInfo) -> int:
    """An event is of use until it is over, and from when it is announced on. One that does not say is over with the day it begins on."""
    ends = read_instant(_text(thing.get("endDate")), zone, is_end=True)
    begins = read_instant(_text(thing.get("startDate")), zone)
    return ends or (end_of_day(begins, zone) if begins else 0)


def _answers(thing: dict[str, Any]) -> Iterator[str]:
    for question in _listed(thing.get("mainEntity")):
        if isinstance(question, dict) and "Question" in map(str, _listed(question.get("@type"))):
            answer = next(iter(_listed(question.get("acceptedAnswer"))), None)
            yield _text(question.get("name"))
            yield _text(answer.get("text")) if isinstance(answer, dict) else ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    """A text, the first of a list, or the value or name of an object."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or value.get("alternateName") or ""
    return value if isinstance(value, str) else ""
