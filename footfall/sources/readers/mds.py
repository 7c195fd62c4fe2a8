"""MDS 2.0 (Mobility Data Specification): trips and telemetry. Devices, providers' ids and vehicles' ids are never read."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.chunks import pieces_of
from footfall.sources.readers.heads import check_known
from footfall.sources.readers.json_items import items, text

__all__ = ["MDS_NAMES", "names_in_mds", "read_mds"]

TELEMETRY = ["track_id", "timestamp", "latitude", "longitude"]
TRIPS = ["start_time", "end_time", "start_latitude", "start_longitude", "end_latitude", "end_longitude", "duration", "distance"]
MDS_NAMES = {"trips": TRIPS, "telemetry": TELEMETRY}
LATEST_MS = 253_402_300_799_000


def names_in_mds(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """What is read of the list that the option ``list`` names."""
    return MDS_NAMES[_list_of(options)]


def read_mds(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """Option ``list``: ``trips`` (a row each) or ``telemetry`` (a row a point of a trip).

    Raises:
        BadInput: it is no JSON, or the contract keeps what is never read.
    """
    kind = _list_of(contract.options)
    check_known(MDS_NAMES[kind], contract)
    read = _trip if kind == "trips" else _point
    rows = (read(each if isinstance(each, dict) else {}) for each in items(path, f"{kind}.item"))
    yield from pieces_of(enumerate(rows, 1), MDS_NAMES[kind], contract, room)


def _trip(trip: dict[str, Any]) -> list[str | None]:
    ends = [_place(trip.get(name)) for name in ("start_location", "end_location")]
    return [_moment(trip.get("start_time")), _moment(trip.get("end_time")), *ends[0], *ends[1], *map(text, map(trip.get, TRIPS[6:]))]


def _point(point: dict[str, Any]) -> list[str | None]:
    trips = point.get("trip_ids") or [point.get("trip_id")]
    return [text(trips[0]) if isinstance(trips, list) else None, _moment(point.get("timestamp")), *_place(point.get("location"))]


def _place(place: Any) -> list[str | None]:
    given = place if isinstance(place, dict) else {}
    return [text(given.get("lat")), text(given.get("lng"))]


def _moment(value: object) -> str | None:
    """Milliseconds since 1970 in ISO 8601."""
    if not isinstance(value, int | float) or not 0 <= value <= LATEST_MS:
        return text(value)
    return datetime.fromtimestamp(value / 1000, UTC).isoformat().replace("+00:00", "Z")


def _list_of(options: dict[str, str]) -> str:
    kind = options.get("list", "trips")
    if kind not in MDS_NAMES:
        raise BadInput("List {kind!r} is not known. Valid: {valid}.", kind=kind, valid=", ".join(MDS_NAMES))
    return kind
