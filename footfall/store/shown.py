"""Sums of what placements showed and what was clicked: added to, and read by arm, item, position or day."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import msgspec

from footfall.store.engine import Engine

__all__ = ["DIMENSIONS", "Place", "Sums", "add_shown", "shown_by", "shown_by_chance"]

DIMENSIONS = {"arm": "arm", "item": "toString(item)", "position": "toString(position)", "day": "toString(day)"}
SELECT = """SELECT {column} AS value, sum(shown), sum(clicked) FROM shown
WHERE site = {{site:UInt32}} AND placement = {{placement:String}} AND day BETWEEN {{first:Date}} AND {{last:Date}}
GROUP BY value ORDER BY {order}"""
BY_CHANCE = """SELECT arm, toUInt8(bucket), sum(shown), sum(clicked) FROM shown
WHERE site = {site:UInt32} AND placement = {placement:String} AND day BETWEEN {first:Date} AND {last:Date}
GROUP BY arm, bucket ORDER BY arm, bucket"""
ORDERS = {"arm": "value", "item": "sum(shown) DESC, value LIMIT 1000", "position": "toUInt8(value)", "day": "value"}
encoder = msgspec.json.Encoder()


class Place(NamedTuple):
    """Where something was shown."""

    site: int
    day: str
    placement: str
    arm: str
    item: int
    position: int
    bucket: int


class Sums(NamedTuple):
    """True sums: they leave through the gate alone."""

    shown: int
    clicked: int


def add_shown(engine: Engine, sums: Mapping[Place, Sums], token: str) -> None:
    """Add these; with the same token again nothing changes. Raises Unavailable."""
    rows = [place._asdict() | found._asdict() for place, found in sorted(sums.items())]
    if rows:
        engine.insert_ndjson("shown", encoder.encode_lines(rows), token)


def shown_by(engine: Engine, site: int, placement: str, by: str, days: tuple[date, date]) -> list[tuple[str, Sums]]:
    """Sums of a placement by one of DIMENSIONS, both days in; the thousand items shown most. Raises Unavailable."""
    sql = SELECT.format(column=DIMENSIONS[by], order=ORDERS[by])
    given: dict[str, Any] = {"site": site, "placement": placement, "first": days[0], "last": days[1]}
    return [(str(value), Sums(int(shown), int(clicked))) for value, shown, clicked in engine.query(sql, given, name="shown")]


def shown_by_chance(engine: Engine, site: int, placement: str, days: tuple[date, date]) -> list[tuple[str, int, Sums]]:
    """Sums of a placement by arm and by bucket of how likely the items were, both days in. Raises Unavailable."""
    given: dict[str, Any] = {"site": site, "placement": placement, "first": days[0], "last": days[1]}
    found = engine.query(BY_CHANCE, given, name="shown by chance")
    return [(str(arm), int(bucket), Sums(int(shown), int(clicked))) for arm, bucket, shown, clicked in found]
