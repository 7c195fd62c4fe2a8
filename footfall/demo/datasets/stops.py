"""Stops and stations of the made city's transit: one or more a district, and the lines that join them."""

import random
from functools import cache

import msgspec

from footfall.demo.datasets.districts import DISTRICTS, STADIUM, spots

__all__ = ["ROUTES", "STATIONS", "Route", "Stop", "stops"]


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Where people get on."""

    id: str
    number: int
    """From 1."""
    name: str
    district: str
    lat: float
    lon: float
    weight: float
    """How many get on here beside the others."""

    @property
    def is_stadium(self) -> bool:
        """Whether the festival is felt here."""
        return self.district == STADIUM

    @property
    def access_point(self) -> str:
        """Called-Station-Id of its Wi-Fi: the address of the access point and the network's name."""
        return f"00-11-74-AA-{self.number:02X}-01:City WiFi"


class Route(msgspec.Struct, frozen=True):
    """A line; ``kind`` is GTFS's route_type."""

    id: str
    name: str
    kind: int
    districts: tuple[str, ...]
    first_hour: int = 5
    last_hour: int = 25
    """Of departures; above 23 is after midnight of the same service day."""


ROUTES = (
    Route(
        "tram-7",
        "Lakeside — University — South Gate",
        0,
        ("lakeside", "garden", "museum", "old-town", "university", "bridge", "south-gate"),
    ),
    Route("bus-114", "Orchard — Station — New Town", 3, ("orchard", "post-yard", "museum", "market", "station", "stadium", "new-town")),
    Route("bus-12", "Pinewood — Market", 3, ("pinewood", "weavers", "gardeners", "garden", "market"), last_hour=22),
    Route(
        "bus-31",
        "Far Bank — Riverside — Old Town",
        3,
        ("far-bank", "ferry", "water-meadow", "riverside", "bridge", "old-town"),
        last_hour=21,
    ),
    Route(
        "metro-1",
        "North Gate — Station — Glassworks",
        1,
        ("north-gate", "academy", "market", "station", "university", "stadium", "glassworks"),
    ),
    Route("metro-2", "Gardeners — Old Town — Foundry", 1, ("gardeners", "garden", "old-town", "university", "station", "foundry")),
)


@cache
def stops() -> dict[str, Stop]:
    """A stop a district, by district."""
    return {district.id: _stop(number, district.id, district.name, district.population) for number, district in enumerate(DISTRICTS, 1)}


def _stop(number: int, district: str, name: str, population: int) -> Stop:
    lat, lon = spots(random.Random(f"stop|{district}"), district, 1)[0]
    return Stop(id=f"st-{district}", number=number, name=f"{name} stop", district=district, lat=lat, lon=lon, weight=population / 1000)


STATIONS = tuple(stops()[district] for route in ROUTES if route.id == "metro-1" for district in route.districts)
"""Those that have Wi-Fi: the first metro line."""
