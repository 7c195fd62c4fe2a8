"""GTFS-Realtime: protobuf, read by ClickHouse with the feed's own schema. Vehicles' ids, labels and plates are never read."""

from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.heads import check_known

__all__ = ["MOST_BYTES", "REALTIME_NAMES", "names_in_realtime", "read_realtime"]

HERE = files("footfall.sources")
PROTO = HERE / "data" / "gtfs-realtime.proto"
MOST_BYTES = 64_000_000
"""A message is decoded whole."""
MOMENT = "if({at} > 0, formatDateTime(toDateTime(toUInt32({at}), 'UTC'), '%Y-%m-%dT%H:%i:%SZ'), NULL)"
TEXT = "nullIf(toString({of}), '')"
UPDATES = {
    "timestamp": MOMENT.format(at="if(entity_timestamp > 0, entity_timestamp, feed_timestamp)"),
    "trip_id": TEXT.format(of="trip.trip_id"),
    "route_id": TEXT.format(of="trip.route_id"),
    "start_date": TEXT.format(of="trip.start_date"),
    "stop_id": TEXT.format(of="stop.stop_id"),
    "stop_sequence": TEXT.format(of="stop.stop_sequence"),
    "arrival_time": MOMENT.format(at="stop.arrival.time"),
    "arrival_delay": "if(stop.arrival.time != 0 OR stop.arrival.delay != 0, toString(stop.arrival.delay), NULL)",
    "departure_time": MOMENT.format(at="stop.departure.time"),
    "departure_delay": "if(stop.departure.time != 0 OR stop.departure.delay != 0, toString(stop.departure.delay), NULL)",
    "schedule_relationship": TEXT.format(of="stop.schedule_relationship"),
}
PLACED = "if(vehicle.position.latitude != 0 OR vehicle.position.longitude != 0, toString(vehicle.position.{of}), NULL)"
VEHICLES = {
    "timestamp": MOMENT.format(at="if(vehicle.timestamp > 0, vehicle.timestamp, feed_timestamp)"),
    "trip_id": TEXT.format(of="vehicle.trip.trip_id"),
    "route_id": TEXT.format(of="vehicle.trip.route_id"),
    "stop_id": TEXT.format(of="vehicle.stop_id"),
    "latitude": PLACED.format(of="latitude"),
    "longitude": PLACED.format(of="longitude"),
    "current_status": TEXT.format(of="vehicle.current_status"),
    "occupancy_status": TEXT.format(of="vehicle.occupancy_status"),
    "occupancy_percentage": TEXT.format(of="vehicle.occupancy_percentage"),
}
ALERTS = {
    "timestamp": MOMENT.format(at="feed_timestamp"),
    "cause": TEXT.format(of="alert.cause"),
    "effect": TEXT.format(of="alert.effect"),
    "route_id": TEXT.format(of="informed.route_id"),
    "stop_id": TEXT.format(of="informed.stop_id"),
    "agency_id": TEXT.format(of="informed.agency_id"),
}
REALTIME_NAMES = {"trip_updates": UPDATES, "vehicles": VEHICLES, "alerts": ALERTS}


def names_in_realtime(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """What is read of the entities that the option ``entity`` names."""
    return list(_texts(options))


def read_realtime(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """Option ``entity``: ``trip_updates`` (a row a stop of a trip), ``vehicles`` (a row each), ``alerts`` (a row a route or stop told of).

    Raises:
        BadInput: the contract keeps something else, or the feed is too large.
    """
    texts = _texts(contract.options)
    kept = check_known(list(texts), contract)
    if path.stat().st_size > MOST_BYTES:
        raise BadInput("A file of this format is read whole; {most:,} bytes are the most.", most=MOST_BYTES)
    rows = HERE.joinpath(f"gtfs_realtime_{contract.options.get('entity', 'trip_updates')}.sql").read_text().strip()
    with as_file(PROTO) as schema:
        yield Piece(
            sql=rows,
            parameters={"piece_path": str(path)},
            settings={"format_schema": f"{schema.absolute()}:FeedMessage"},
            columns={name: f"CAST({texts[name]} AS Nullable(String))" for name in kept},
            row="piece_row",
        )


def _texts(options: dict[str, str]) -> dict[str, str]:
    entity = options.get("entity", "trip_updates")
    if entity not in REALTIME_NAMES:
        raise BadInput("Entity {entity!r} is not known. Valid: {valid}.", entity=entity, valid=", ".join(REALTIME_NAMES))
    return REALTIME_NAMES[entity]
