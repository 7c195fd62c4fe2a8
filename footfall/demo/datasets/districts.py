"""The districts of the made city: a mesh of polygons that share their edges to the last digit, as a city's land office has them.

The mesh is the same for every seed: portals, files and maps speak of one city.
"""

import math
import random
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec

__all__ = ["CENTRE", "DISTRICTS", "OKRUGS", "SHARES", "STADIUM", "District", "district_of", "polygon", "spots", "write_districts"]

CENTRE = (56.14, 40.39)
"""Latitude, longitude."""
COLUMNS, ROWS = 7, 6
STEP = (0.027, 0.048)
"""Of the mesh, in degrees: about 3 km."""
PIECES = 4
"""Into which the line between two corners is bent."""
Point = tuple[float, float]
"""Longitude, latitude, as GeoJSON has them; five decimals."""

OKRUGS = {
    "central": ("Central", "Центральный"),
    "northern": ("Northern", "Северный"),
    "eastern": ("Eastern", "Восточный"),
    "southern": ("Southern", "Южный"),
    "western": ("Western", "Западный"),
    "riverside-okrug": ("Over the River", "Заречный"),
}


class District(msgspec.Struct, frozen=True):
    """A district; files name it by its ``id``."""

    id: str
    name: str
    name_ru: str
    okrug: str
    """Key of OKRUGS."""
    population: int
    cell: tuple[int, int]
    """Row from the south and column from the west in the mesh."""


_LAYOUT = """
-
pinewood|Pinewood|Сосновый Бор|northern|31
dacha-field|Dacha Field|Дачное Поле|northern|2
north-gate|North Gate|Северные Ворота|northern|52
birch-grove|Birch Grove|Берёзовая Роща|northern|44
airfield|Airfield|Лётное Поле|northern|3
-
mill-hill|Mill Hill|Мельничная Гора|northern|23
weavers|Weavers|Ткацкая Слобода|northern|38
lakeside|Lakeside|Озёрный|northern|61
academy|Academy|Академический|northern|47
brickworks|Brickworks|Кирпичный|eastern|33
tram-depot|Tram Depot|Трамвайный Парк|eastern|41
east-meadow|East Meadow|Восточный Луг|eastern|4
west-wood|West Wood|Западный Лес|western|3
gardeners|Gardeners|Огородная Слобода|western|42
garden|Garden|Садовый|central|55
market|Market|Торговые Ряды|central|48
station|Station|Вокзальный|eastern|57
foundry|Foundry|Литейный|eastern|39
hospital|Hospital|Больничный Городок|eastern|27
ring-road|Ring Road|Кольцевой|western|6
post-yard|Post Yard|Почтовый Двор|western|46
museum|Museum|Музейный|central|36
old-town|Old Town|Старый Город|central|43
university|University|Университетский|central|58
stadium|Stadium|Стадион|eastern|34
new-town|New Town|Новый Город|eastern|72
orchard|Orchard|Яблоневый|western|29
pottery|Pottery|Гончарный|western|37
riverside|Riverside|Набережный|riverside-okrug|51
bridge|Bridge|Мостовой|southern|40
south-gate|South Gate|Южные Ворота|southern|66
glassworks|Glassworks|Стекольный|southern|28
reservoir|Reservoir|Водохранилище|southern|3
far-bank|Far Bank|Дальний Берег|riverside-okrug|2
ferry|Ferry|Перевоз|riverside-okrug|19
water-meadow|Water Meadow|Заливной Луг|riverside-okrug|22
beekeepers|Beekeepers|Пчельники|riverside-okrug|14
cherry-hill|Cherry Hill|Вишнёвая Горка|southern|35
sawmill|Sawmill|Лесопильный|southern|18
greenhouses|Greenhouses|Теплицы|southern|4
"""
"""From the north-west; population in thousands. ``-`` is country."""


def _read_layout() -> tuple[District, ...]:
    found = []
    for number, line in enumerate(_LAYOUT.strip().splitlines()):
        if line != "-":
            id_, name, name_ru, okrug, thousands = line.split("|")
            cell = (ROWS - 1 - number // COLUMNS, number % COLUMNS)
            found.append(District(id_, name, name_ru, okrug, int(thousands) * 1000 + 37 * number, cell))
    return tuple(found)


DISTRICTS = _read_layout()
SHARES = tuple(district.population for district in DISTRICTS)
"""Weights, in DISTRICTS' order: a few are so small that their cells fall below a cohort."""
STADIUM = "stadium"


def district_of(lat: float, lon: float) -> str:
    """The id of the district around a point; empty outside the city."""
    for district in DISTRICTS:
        west, south, east, north = _box(district.id)
        if west <= lon <= east and south <= lat <= north and _inside(polygon(district.id), lon, lat):
            return district.id
    return ""


@cache
def polygon(district: str) -> tuple[Point, ...]:
    """The ring of a district, counter-clockwise, its first point again at the end."""
    row, column = next(found.cell for found in DISTRICTS if found.id == district)
    corners = ((row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column))
    ring = [point for place in range(4) for point in _edge(corners[place], corners[(place + 1) % 4])[:-1]]
    return (*ring, ring[0])


def write_districts(path: Path) -> None:
    """The city as GeoJSON: a Polygon a district; properties id, name, name_ru, okrug, okrug_name, okrug_ru, population."""
    features = [
        {"type": "Feature", "properties": _properties(district), "geometry": {"type": "Polygon", "coordinates": [polygon(district.id)]}}
        for district in DISTRICTS
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.encode({"type": "FeatureCollection", "features": features}))


def spots(dice: random.Random, district: str, number: int) -> list[tuple[float, float]]:
    """That many places inside a district: latitude and longitude, five decimals."""
    west, south, east, north = _box(district)
    found: list[tuple[float, float]] = []
    while len(found) < number:
        lat, lon = round(dice.uniform(south, north), 5), round(dice.uniform(west, east), 5)
        if _inside(polygon(district), lon, lat):
            found.append((lat, lon))
    return found


def _properties(district: District) -> dict[str, object]:
    okrug, okrug_ru = OKRUGS[district.okrug]
    return {
        "id": district.id,
        "name": district.name,
        "name_ru": district.name_ru,
        "okrug": district.okrug,
        "okrug_name": okrug,
        "okrug_ru": okrug_ru,
        "population": district.population,
    }


@cache
def _box(district: str) -> tuple[float, float, float, float]:
    lons, lats = zip(*polygon(district), strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _inside(ring: tuple[Point, ...], lon: float, lat: float) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times."""
    odd = False
    for (lon_a, lat_a), (lon_b, lat_b) in pairwise(ring):
        if (lat_a > lat) != (lat_b > lat) and lon < lon_a + (lat - lat_a) / (lat_b - lat_a) * (lon_b - lon_a):
            odd = not odd
    return odd


@cache
def _edge(start: tuple[int, int], end: tuple[int, int]) -> tuple[Point, ...]:
    """The bent line between two corners of the mesh; the same points backwards when it is walked backwards."""
    if start > end:
        return tuple(reversed(_edge(end, start)))
    dice = random.Random(f"edge|{start}|{end}")
    (lon_a, lat_a), (lon_b, lat_b) = _corner(*start), _corner(*end)
    line = [(lon_a, lat_a)]
    for piece in range(1, PIECES):
        part, aside = piece / PIECES, dice.uniform(-0.09, 0.09)
        line.append(
            (lon_a + part * (lon_b - lon_a) - aside * (lat_b - lat_a) * 2, lat_a + part * (lat_b - lat_a) + aside * (lon_b - lon_a) / 2)
        )
    return tuple((round(lon, 5), round(lat, 5)) for lon, lat in (*line, (lon_b, lat_b)))


@cache
def _corner(row: int, column: int) -> Point:
    """A corner of the mesh: moved at random, and the whole drawn in towards a round city."""
    dice = random.Random(f"corner|{row}|{column}")
    up, right = row / ROWS * 2 - 1, column / COLUMNS * 2 - 1
    up, right = up * math.sqrt(1 - 0.36 * right * right), right * math.sqrt(1 - 0.36 * up * up)
    lat = CENTRE[0] + STEP[0] * (up * ROWS / 2 + dice.uniform(-0.2, 0.2))
    return CENTRE[1] + STEP[1] * (right * COLUMNS / 2 + dice.uniform(-0.2, 0.2)), lat
