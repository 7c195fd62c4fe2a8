"""Places out of a GeoJSON file: districts with their names, outlines, and what they lie in."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from footfall.errors import BadInput
from footfall.sources.outlines import light_outlines
from footfall.vocabulary import Place, Ring

__all__ = ["Fields", "read_places"]

MOST_BYTES = 64_000_000
MOST_PLACES = 5_000
MOST_CORNERS, FEWEST_A_PLACE = 4_000, 12
"""What a kind of place keeps together: some 50 KiB."""
LONGEST = 200


class Fields(msgspec.Struct, frozen=True, kw_only=True):
    """Names of the properties that a feature's values are read from."""

    id: str
    name: str
    names: dict[str, str] = {}
    """By language code."""
    parent_kind: str = ""
    parent: str = ""
    """Property with the id of the place that it lies in."""
    parent_name: str = ""
    parent_names: dict[str, str] = {}


def read_places(data: bytes, kind: str, fields: Fields) -> dict[str, list[Place]]:
    """The file's places by kind: those of its features, and the ones above them, which have the outlines of theirs together.

    Raises:
        BadInput: it is no FeatureCollection of that kind; the sentence names the feature by its number from 1.
    """
    if len(data) > MOST_BYTES:
        raise BadInput("The file has {size:,} bytes. Valid: {most:,} at most.", size=len(data), most=MOST_BYTES)
    features = _features(data)
    found: dict[str, Place] = {}
    for number, feature in enumerate(features, 1):
        place = _place(feature, number, kind, fields)
        if place.id in found:
            raise BadInput("Feature {number}: a place before it has the id {id!r} too.", number=number, id=place.id)
        found[place.id] = place
    most = max(MOST_CORNERS, FEWEST_A_PLACE * len(found))
    light = light_outlines([place.rings for place in found.values()], most)
    here = [msgspec.structs.replace(place, rings=rings) for place, rings in zip(found.values(), light, strict=True)]
    above = _above(features, here, fields) if fields.parent_kind else []
    return {kind: here} | ({fields.parent_kind: above} if fields.parent_kind else {})


def _features(data: bytes) -> list[dict[str, Any]]:
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadInput("The file is no JSON.") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features or document.get("type") != "FeatureCollection":
        raise BadInput("The file is no GeoJSON FeatureCollection with features.")
    if len(features) > MOST_PLACES:
        raise BadInput("The file has {count:,} features. Valid: {most:,} at most.", count=len(features), most=MOST_PLACES)
    return features


def _place(feature: Any, number: int, kind: str, fields: Fields) -> Place:
    values = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(values, dict):
        raise BadInput("Feature {number} has no properties.", number=number)
    return Place(
        kind=kind,
        id=_text(values, fields.id, number),
        name=_text(values, fields.name, number),
        names={code: _text(values, name, number) for code, name in fields.names.items()},
        parent_kind=fields.parent_kind,
        parent=_text(values, fields.parent, number) if fields.parent else "",
        rings=tuple(_rings(feature.get("geometry"), number)),
    )


def _text(values: dict[str, Any], name: str, number: int) -> str:
    value = values.get(name)
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not text or len(text) > LONGEST:
        has = ", ".join(sorted(values)[:20])
        raise BadInput(
            "Feature {number} has no text of 1 to {most} characters in {name!r}. It has: {has}.",
            number=number,
            most=LONGEST,
            name=name,
            has=has,
        )
    return text


def _rings(geometry: Any, number: int) -> Iterator[Ring]:
    shape = geometry.get("type") if isinstance(geometry, dict) else None
    if shape not in ("Polygon", "MultiPolygon"):
        raise BadInput("Feature {number} is no Polygon and no MultiPolygon.", number=number)
    try:
        polygons = geometry["coordinates"] if shape == "MultiPolygon" else [geometry["coordinates"]]
        for polygon in polygons:
            for ring in polygon:
                yield _ring(ring)
    except (KeyError, TypeError, ValueError, IndexError):
        raise BadInput("Feature {number}: its outline is no closed ring of longitude and latitude in degrees.", number=number) from None


def _ring(ring: list[Any]) -> Ring:
    points = tuple((float(point[0]), float(point[1])) for point in ring)
    if len(points) < 4 or points[0] != points[-1] or not all(abs(x) <= 180 and abs(y) <= 90 for x, y in points):
        raise ValueError
    return points


def _above(features: list[dict[str, Any]], here: list[Place], fields: Fields) -> list[Place]:
    """The places above, with the lines that only one of theirs has: what is between two of them is inside."""
    found: dict[str, Place] = {}
    for number, (feature, place) in enumerate(zip(features, here, strict=True), 1):
        values = feature["properties"]
        known = found.get(place.parent)
        found[place.parent] = Place(
            kind=fields.parent_kind,
            id=place.parent,
            name=known.name if known else _text(values, fields.parent_name or fields.parent, number),
            names=known.names if known else {code: _text(values, name, number) for code, name in fields.parent_names.items()},
            rings=(known.rings if known else ()) + place.rings,
        )
    return [msgspec.structs.replace(place, rings=_outside(place.rings)) for place in found.values()]


def _outside(rings: tuple[Ring, ...]) -> tuple[Ring, ...]:
    """Edges that stand once, joined to rings."""
    edges = [(ring[place], ring[place + 1]) for ring in rings for place in range(len(ring) - 1)]
    times = Counter(frozenset(edge) for edge in edges)
    once = {edge for edge in edges if times[frozenset(edge)] == 1}
    joined: list[Ring] = []
    after: dict[tuple[float, float], list[tuple[float, float]]] = {}
    for first, second in sorted(once):
        after.setdefault(first, []).append(second)
    while after:
        line = [next(iter(after))]
        while line[-1] in after:
            following = after[line[-1]]
            line.append(following.pop())
            if not following:
                del after[line[-2]]
        joined.append(tuple(line))
    return tuple(joined)
