"""What makes an item of the catalogue valid, and what becomes of one that is found again."""

import re
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta, UnsetType

from footfall.errors import BadInput
from footfall.interests.dates import read_instant
from footfall.interests.own import Own
from footfall.vocabulary import Item

__all__ = ["FILLINGS", "ITEM_KEYS", "KINDS", "Item", "ItemBody", "changed_item", "checked_item", "filled", "given_of", "plain"]

KINDS = ("article", "service", "event", "form", "page")
FILLINGS = ("sitemap", "feed", "crawl", "traffic")
"""Sources that read the portal; what others brought stands over them."""
LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_TEXT = 300, 2000, 20_000
MOST_TOPICS, MOST_DISTRICTS = 3, 50
TOPIC = re.compile(r"[a-z0-9][a-z0-9._-]{0,49}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_].*)?")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\s]+")
Kind = Annotated[str, Meta(extra_json_schema={"enum": list(KINDS)})]


class ItemBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An item as its maker writes it; in a change, what is to be another."""

    url: Annotated[str, Meta(description="An address of the portal.")] | UnsetType = UNSET
    title: Annotated[str, Meta(description="1 to 300 characters.")] | UnsetType = UNSET
    summary: Annotated[str, Meta(description="Cut after 2,000 characters.")] | UnsetType = UNSET
    text: Annotated[str, Meta(description="Plain, cut after 20,000 characters.")] | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    language: Annotated[str, Meta(description="A tag of BCP 47; its first part is kept.")] | UnsetType = UNSET
    districts: Annotated[list[str], Meta(description="Ids of places; none is everywhere.")] | UnsetType = UNSET
    valid_from: Annotated[str, Meta(description="ISO day or instant; empty is open.")] | UnsetType = UNSET
    valid_to: Annotated[str, Meta(description="ISO day, which belongs to it, or instant; empty is open.")] | UnsetType = UNSET
    weight: Annotated[float, Meta(description="0 to 10; 0 hides it.")] | UnsetType = UNSET
    topics: Annotated[dict[str, float], Meta(description="At most three topics with scores, 0 to 1; they stand.")] | UnsetType = UNSET
    published: Annotated[str, Meta(description="ISO day or instant.")] | UnsetType = UNSET


ITEM_KEYS = ItemBody.__struct_fields__


def checked_item(own: Own, given: dict[str, Any], *, source: str, now_ms: int) -> Item:
    """The item of these values; its id is 0 until it is stored.

    Raises:
        BadInput: names the value, what is wrong with it and what is valid.
    """
    body = given_of(given)
    if body.url is UNSET or body.title is UNSET:
        raise BadInput("An item needs url and title.")
    url = own.checked(body.url)
    blank = Item(id=0, site=own.portal.id, path=own.path_of(url), url=url, title="", source=source, seen_ms=now_ms)
    return changed_item(own, blank, given)


def changed_item(own: Own, item: Item, given: dict[str, Any]) -> Item:
    """The item with those values changed. Raises as ``checked_item``."""
    body = given_of(given)
    values = {name: check(value) for name, check in CHECKS.items() if (value := getattr(body, name)) is not UNSET}
    for name, is_end in (("valid_from", False), ("valid_to", True), ("published", False)):
        if (written := getattr(body, name)) is not UNSET:
            values[f"{name}_ms"] = _instant(name, written, own.zone, is_end=is_end)
    if body.url is not UNSET:
        url = own.checked(body.url)
        values |= {"url": url, "path": own.path_of(url)}
    if body.topics is not UNSET:
        values["corrected"] = bool(body.topics)
    changed = msgspec.structs.replace(item, **values)
    if changed.valid_to_ms and changed.valid_from_ms > changed.valid_to_ms:
        raise BadInput("valid_to is before valid_from.")
    return msgspec.structs.replace(changed, state=_state(changed))


def given_of(given: dict[str, Any]) -> ItemBody:
    """The values in their kinds. Raises BadInput."""
    unknown = sorted(set(given) - set(ITEM_KEYS))
    if unknown:
        raise BadInput("Unknown key {key!r}. Valid keys: {valid}.", key=unknown[0], valid=", ".join(ITEM_KEYS))
    try:
        return msgspec.convert(given, ItemBody, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput("That item is not valid: {fault}.", fault=str(error)) from None


def filled(before: Item | None, found: Item) -> Item:
    """What a filling makes of an item that is there: it was seen. What the filling itself, or another, had brought is brought up to date;
    what somebody wrote stands, and so does everything that a filling cannot know.
    """
    if before is None:
        return found
    seen = msgspec.structs.replace(before, seen_ms=max(before.seen_ms, found.seen_ms))
    if before.source in FILLINGS:
        told = ("url", "title", "summary", "text", "kind", "language", "published_ms", "source")
        known = {name: getattr(found, name) for name in told if getattr(found, name)}
        if found.source != "feed":
            # A page that has taken its dates back is in time again; a feed tells none.
            known |= {"valid_from_ms": found.valid_from_ms, "valid_to_ms": found.valid_to_ms}
        if found.kind == "page" or (found.source == "feed" and before.kind != "page"):
            # A feed calls everything an article; who read the page knows better.
            known.pop("kind", None)
        seen = msgspec.structs.replace(seen, **known)
        if found.topics and not before.corrected:
            seen = msgspec.structs.replace(seen, topics=found.topics)
    return msgspec.structs.replace(seen, state=_state(seen))


def plain(text: str, most: int) -> str:
    """The text in one line without what cannot be seen, cut after ``most`` characters."""
    return CONTROL.sub(" ", text[: 2 * most]).strip()[:most].strip()


def _state(item: Item) -> str:
    """Of one that was seen just now; ``fading`` finds out what is over."""
    return "hidden" if item.weight == 0 else "live"


def _title(text: str) -> str:
    cleaned = plain(text, LONGEST_TITLE + 1)
    if not cleaned or len(cleaned) > LONGEST_TITLE:
        raise BadInput("A title has 1 to {most} characters.", most=LONGEST_TITLE)
    return cleaned


def _kind(text: str) -> str:
    if text not in KINDS:
        raise BadInput("kind {kind!r} is not valid. Valid: {valid}.", kind=text, valid=", ".join(KINDS))
    return text


def _language(text: str) -> str:
    if text and not LANGUAGE.fullmatch(text):
        raise BadInput("language {language!r} is not valid. Valid: a tag such as en or ru-RU.", language=text)
    return re.split("[-_]", text)[0].lower()


def _districts(given: list[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(id.strip() for id in given if id.strip()))
    if len(found) > MOST_DISTRICTS or any(len(id) > 200 or ";" in id or not id.isprintable() for id in found):
        raise BadInput("districts are not valid. Valid: at most {most} ids of places, without ';'.", most=MOST_DISTRICTS)
    return found


def _weight(number: float) -> float:
    if not 0 <= number <= 10:
        raise BadInput("weight {weight} is not valid. Valid: 0 to 10; 0 hides the item.", weight=number)
    return number


def _topics(given: dict[str, float]) -> tuple[tuple[str, float], ...]:
    if len(given) > MOST_TOPICS or any(not TOPIC.fullmatch(id) or not 0 <= score <= 1 for id, score in given.items()):
        raise BadInput("topics are not valid. Valid: at most {most} ids of topics, each with a score from 0 to 1.", most=MOST_TOPICS)
    return tuple(sorted(given.items(), key=lambda pair: (-pair[1], pair[0])))


def _instant(name: str, written: str, zone: ZoneInfo, *, is_end: bool) -> int:
    found = read_instant(written, zone, is_end=is_end)
    if written.strip() and not found:
        raise BadInput(
            "{name} {written!r} is not valid. Valid: an ISO day or instant, such as 2026-01-05.", name=name, written=written[:50]
        )
    return found


CHECKS: dict[str, Any] = {
    "title": _title,
    "summary": lambda text: plain(text, LONGEST_SUMMARY),
    "text": lambda text: plain(text, LONGEST_TEXT),
    "kind": _kind,
    "language": _language,
    "districts": _districts,
    "weight": _weight,
    "topics": _topics,
}
