"""Sitemaps (sitemaps.org): lists of pages, lists of such lists, plain or gzip; and lists of addresses as text."""

import io
import zlib
from zoneinfo import ZoneInfo

import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from footfall.errors import BadInput
from footfall.interests.dates import read_instant

__all__ = ["MOST_MAP_BYTES", "Listed", "Sitemap", "gunzipped", "read_sitemap"]

MOST_MAP_BYTES = 20_000_000
"""Unpacked. The standard allows 50 MB; maps of 50,000 pages have a fifth of it."""
MOST_PAGES = 50_000


class Listed(msgspec.Struct, frozen=True):
    """A page of a sitemap."""

    url: str
    changed_ms: int
    """``lastmod``, of a day its end: it may have changed again since it was read on that day; 0: it does not say."""


class Sitemap(msgspec.Struct, frozen=True):
    """What one file lists, the first 50,000 of it."""

    pages: tuple[Listed, ...] = ()
    maps: tuple[str, ...] = ()
    """Addresses of other sitemaps."""


def read_sitemap(body: bytes, zone: ZoneInfo) -> Sitemap:
    """What the file lists. Days are those of ``zone``.

    Raises:
        BadInput: it is no sitemap, or unpacked too large.
    """
    body = gunzipped(body, MOST_MAP_BYTES)
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _of_text(body)
    pages: list[Listed] = []
    maps: list[str] = []
    name = ""
    try:
        for _, element in iterparse(io.BytesIO(body), forbid_dtd=True):
            name = element.tag.rpartition("}")[2]
            if name not in ("url", "sitemap"):
                continue
            told = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in element}
            if told.get("loc"):
                maps.append(told["loc"]) if name == "sitemap" else pages.append(
                    Listed(told["loc"], read_instant(told.get("lastmod", ""), zone, is_end=True))
                )
            element.clear()
            if len(pages) + len(maps) >= MOST_PAGES:
                break
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadInput("It is no sitemap: {fault}.", fault=str(error) or type(error).__name__) from None
    if not pages and not maps and name not in ("urlset", "sitemapindex"):
        raise BadInput("It is no sitemap: it begins with <{tag}>.", tag=name[:50])
    return Sitemap(tuple(pages), tuple(maps))


def gunzipped(body: bytes, most_bytes: int) -> bytes:
    """The bytes, unpacked where they are gzip. Raises BadInput where they are broken or unpack to more than ``most_bytes``."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpack = zlib.decompressobj(wbits=31)
    try:
        found = unpack.decompress(body, most_bytes)
    except zlib.error:
        raise BadInput("It is packed, and the packing is broken.") from None
    if unpack.unconsumed_tail or not unpack.eof:
        raise BadInput("It is packed, and broken off or larger than {most:,} bytes.", most=most_bytes)
    return found


def _of_text(body: bytes) -> Sitemap:
    lines = body.decode("utf-8", "replace").lstrip("\ufeff").split()
    found = [line for line in lines if line.startswith(("http://", "https://"))]
    if len(found) < len(lines) or not found:
        raise BadInput("It is no sitemap: it is neither XML nor a list of addresses.")
    return Sitemap(tuple(Listed(line, 0) for line in found[:MOST_PAGES]))
