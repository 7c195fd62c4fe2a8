"""Schema.org events in JSON-LD. Organizers, performers, attendees and offers are never read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.chunks import pieces_of
from footfall.sources.readers.heads import check_known
from footfall.sources.readers.json_items import text
from footfall.sources.readers.whole import whole

__all__ = ["EVENT_NAMES", "names_in_json_ld", "read_json_ld"]

PLAIN = ["startDate", "endDate", "name", "maximumAttendeeCapacity"]
WORDS = ["eventStatus", "eventAttendanceMode"]
EVENT_NAMES = [*PLAIN, *WORDS, "type", "location", "latitude", "longitude"]


def names_in_json_ld(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """What is read of an event, whichever."""
    return EVENT_NAMES


def read_json_ld(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """A row for each object in the document whose ``@type`` ends in ``Event``, in its order.

    Raises:
        BadInput: it is no JSON, is nested too deep or too large, or the contract keeps what is never read.
    """
    check_known(EVENT_NAMES, contract)
    try:
        document = msgspec.json.decode(whole(path))
        rows = [_row(event) for event in _events(document)]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadInput("The file is no JSON, is broken off, or nests too deep.") from None
    yield from pieces_of(enumerate(rows, 1), EVENT_NAMES, contract, room)


def _events(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for each in node:
            yield from _events(each)
    elif isinstance(node, dict):
        if _type(node).endswith("Event"):
            yield node
        for key in ("@graph", "itemListElement", "item", "subEvent", "event", "events", "dataFeedElement"):
            yield from _events(node.get(key))


def _row(event: dict[str, Any]) -> list[str | None]:
    where = _first(event.get("location"))
    geo = _first(where.get("geo")) if isinstance(where, dict) else None
    place = (
        [where.get("name"), *(geo.get(name) if isinstance(geo, dict) else None for name in ("latitude", "longitude"))]
        if (isinstance(where, dict))
        else [where, None, None]
    )
    return [text(value) for value in [*map(event.get, PLAIN), *(_word(event.get(name)) for name in WORDS), _type(event), *place]]


def _type(node: dict[str, Any]) -> str:
    return str(_word(_first(node.get("@type", ""))))


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _word(value: Any) -> Any:
    """``https://schema.org/EventCancelled`` without its address."""
    return value.rsplit("/", 1)[-1] if isinstance(value, str) else None
