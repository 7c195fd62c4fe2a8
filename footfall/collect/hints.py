"""Client hints: what a browser says of itself beside the agent string, in headers (Sec-CH-UA…) or in Matomo's ``uadata``."""

import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec

__all__ = ["NO_HINTS", "Hints", "read_hint_headers", "read_uadata"]

BRAND = re.compile(r'"((?:[^"\\]|\\.)*)"\s*;\s*v="([^"]*)"')
MAX_CHARACTERS = 1000
HEADERS = (
    b"sec-ch-ua",
    b"sec-ch-ua-full-version-list",
    b"sec-ch-ua-platform",
    b"sec-ch-ua-platform-version",
    b"sec-ch-ua-mobile",
    b"sec-ch-ua-form-factors",
)


class Hints(msgspec.Struct, frozen=True, cache_hash=True):
    """Empty where nothing was said. The model of a device is not read: it would describe one person too well."""

    brands: tuple[tuple[str, str], ...] = ()
    """(brand, version), invented brands included."""
    platform: str = ""
    platform_version: str = ""
    is_mobile: bool = False
    form_factors: tuple[str, ...] = ()
    """Desktop, Tablet, Mobile, XR …"""


class UaData(msgspec.Struct, rename="camel"):
    """``navigator.userAgentData`` as Matomo's trackers send it."""

    full_version_list: list[dict[str, str]] = []
    brands: list[dict[str, str]] = []
    platform: str = ""
    platform_version: str = ""
    mobile: bool = False
    form_factors: list[str] = []


NO_HINTS = Hints()
decode_uadata = msgspec.json.Decoder(UaData).decode


def read_hint_headers(headers: Mapping[bytes, bytes]) -> Hints:
    """The hints of a request; names of headers are in lower case."""
    if b"sec-ch-ua" not in headers and b"sec-ch-ua-platform" not in headers:
        return NO_HINTS
    get = headers.get
    return _read(get(HEADERS[0]), get(HEADERS[1]), get(HEADERS[2]), get(HEADERS[3]), get(HEADERS[4]), get(HEADERS[5]))


def read_uadata(text: str) -> Hints:
    """The hints in Matomo's JSON; none where it cannot be read."""
    try:
        data = decode_uadata(text[: 4 * MAX_CHARACTERS])
    except msgspec.DecodeError:
        return NO_HINTS
    brands = tuple((entry.get("brand", ""), entry.get("version", "")) for entry in data.full_version_list or data.brands)
    return Hints(brands, data.platform, data.platform_version, data.mobile, tuple(data.form_factors))


@lru_cache(maxsize=4096)
def _read(*values: bytes | None) -> Hints:
    brands, versions, platform, version, mobile, factors = ((value or b"")[:MAX_CHARACTERS].decode("latin-1") for value in values)
    return Hints(
        brands=tuple(BRAND.findall(versions or brands)),
        platform=platform.strip('" '),
        platform_version=version.strip('" '),
        is_mobile=mobile.strip() == "?1",
        form_factors=tuple(part.strip('" ') for part in factors.split(",") if part.strip('" ')),
    )
