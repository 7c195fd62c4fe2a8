"""GPX: points of tracks. Names, descriptions, authors and links are never read; a track is told apart by its number."""

from collections.abc import Iterator
from pathlib import Path

from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.chunks import pieces_of
from footfall.sources.readers.heads import check_known
from footfall.sources.readers.xml_elements import elements, text_of

__all__ = ["TRACK_NAMES", "names_in_gpx", "read_gpx"]

TRACK_NAMES = ["track_id", "timestamp", "latitude", "longitude"]


def names_in_gpx(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """What is read of a track."""
    return TRACK_NAMES


def read_gpx(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """A row a point; a segment is a track of its own, for between two nobody knows the way. Raises BadInput: it is no GPX."""
    check_known(TRACK_NAMES, contract)
    yield from pieces_of(enumerate(_points(path), 1), TRACK_NAMES, contract, room)


def _points(path: Path) -> Iterator[list[str | None]]:
    track = 1
    for name, element in elements(path, "trkpt", "trkseg"):
        if name == "trkseg":
            track += 1
        else:
            yield [str(track), text_of(element, "time"), element.get("lat"), element.get("lon")]
