"""GeoJSON: a row a feature, its properties and a point: its own, or the middle of the box around it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.chunks import Row, pieces_of
from footfall.sources.readers.heads import check_header
from footfall.sources.readers.json_items import items, text

__all__ = ["features", "names_in_geojson", "read_geojson"]

PLACE = ["latitude", "longitude"]
LOOKED_AT = 1_000


def names_in_geojson(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """Properties of the first thousand features, with latitude and longitude. Raises BadInput."""
    names: dict[str, None] = {}
    for number, feature in enumerate(items(path, "features.item")):
        if number == LOOKED_AT:
            break
        names |= dict.fromkeys(_properties(feature))
    return [*names, *(name for name in PLACE if name not in names)] if names else []


def features(path: Path) -> Iterator[dict[str, str | None]]:
    """Properties of each feature as texts, with latitude and longitude, which are None where it has no place. Raises BadInput."""
    for feature in items(path, "features.item"):
        yield _texts(feature, _properties(feature))


def read_geojson(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """Features of a collection. A feature with a property that the contract does not name is a row that holds too much.

    Raises:
        BadInput: the file is no GeoJSON, or its properties are not the contract's.
    """
    found = names_in_geojson(path, contract.options, contract.encoding)
    if not found:
        return
    check_header(found, contract)
    names = [column.name for column in contract.columns]
    drop = contract.options.get("unnamed") == "drop"
    yield from pieces_of(_rows(path, names, drop=drop), names, contract, room, extra=True)


def _rows(path: Path, names: list[str], *, drop: bool) -> Iterator[Row]:
    known = {*names, *PLACE}
    for number, feature in enumerate(items(path, "features.item"), 1):
        properties = _properties(feature)
        values = _texts(feature, properties)
        more: list[str | None] = ["more"] if not drop and not properties.keys() <= known else []
        yield number, [values.get(name) for name in names] + more


def _texts(feature: dict[str, Any], properties: dict[str, Any]) -> dict[str, str | None]:
    return dict(zip(PLACE, _middle(feature.get("geometry")), strict=True)) | {key: text(value) for key, value in properties.items()}


def _properties(feature: Any) -> dict[str, Any]:
    if not isinstance(feature, dict):
        raise BadInput("A feature of the file is no object: this is no GeoJSON.")
    found = feature.get("properties")
    return found if isinstance(found, dict) else {}


def _middle(geometry: Any) -> tuple[str | None, str | None]:
    """Latitude and longitude; none where there is no place."""
    places = list(_places(geometry))
    if not places:
        return None, None
    longitudes, latitudes = [place[0] for place in places], [place[1] for place in places]
    return str((min(latitudes) + max(latitudes)) / 2), str((min(longitudes) + max(longitudes)) / 2)


def _places(shape: Any) -> Iterator[tuple[float, float]]:
    if isinstance(shape, dict):
        yield from _places([each.get("coordinates") for each in [shape, *shape.get("geometries", [])]])
    elif isinstance(shape, list) and len(shape) >= 2 and all(isinstance(each, int | float) for each in shape):
        yield float(shape[0]), float(shape[1])
    elif isinstance(shape, list):
        for each in shape:
            yield from _places(each)
