"""An address's country, and region and city where the steward's own database has them. Looked up in memory, then forgotten."""

import ipaddress
from collections.abc import Callable
from functools import cache

import iptocc
import maxminddb
import msgspec

from footfall.collect.recently import recently
from footfall.errors import BadSetting

__all__ = ["Place", "open_places"]


class Place(msgspec.Struct, frozen=True):
    """ISO 3166-1 country, ISO 3166-2 region, city (GeoNames id, or its name); empty where unknown."""

    country: str = ""
    region: str = ""
    city: str = ""


NOWHERE = Place()
MAX_CACHED = 50_000


def open_places(database: str) -> Callable[[str], Place]:
    """A look-up from address text to Place. An empty ``database`` is the built-in country table.

    Raises:
        BadSetting: the file is not a MaxMind-format database.
    """
    if not database:
        return recently(MAX_CACHED)(_country)
    try:
        reader = maxminddb.open_database(database)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        raise BadSetting(f"Setting 'geo_database' cannot be read ({error}). Valid: a MaxMind-format (.mmdb) file.") from None

    @recently(MAX_CACHED)
    def look_up(address: str) -> Place:
        return _place(reader.get(address)) if _is_global(address) else NOWHERE

    return look_up


def _country(address: str) -> Place:
    return _in_country(iptocc.country_code(address) or "") if _is_global(address) else NOWHERE


@cache
def _in_country(code: str) -> Place:
    """The same object for all of a country's addresses: then few objects stay in the processor's caches."""
    return Place(code)


def _is_global(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _place(record: object) -> Place:
    """A place out of MaxMind's nested records, or out of flat ones (ip-location-db, IPinfo: ``country_code`` or ``country``, ``city``)."""
    if not isinstance(record, dict):
        return NOWHERE
    nation, city = record.get("country"), record.get("city")
    country = _text(nation, "iso_code") or _text(record, "country_code") or (nation if isinstance(nation, str) else "")
    parts = record.get("subdivisions")
    code = _text(parts[0], "iso_code") if isinstance(parts, list) and parts else ""
    name = _text(city, "geoname_id") or (_text(city.get("names"), "en") if isinstance(city, dict) else city or "")
    return Place(country, f"{country}-{code}" if code else "", str(name))


def _text(record: object, key: str) -> str:
    return str(record.get(key, "")) if isinstance(record, dict) else ""
