"""Whether a file is compressed, by its first bytes, and whether it is whole."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from backports import zstd

from footfall.errors import BadInput

__all__ = ["MOST_UNPACKED", "blocks", "compression_of"]

MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip"}
BLOCK = 1 << 20
MOST_UNPACKED = 20_000_000_000
"""Bytes that one object may hold when unpacked."""


def compression_of(path: Path) -> str:
    """``gzip``, ``zstd``, ``zip`` or ``none``, as ClickHouse calls them (but for zip, which it cannot read)."""
    with path.open("rb") as file:
        head = file.read(4)
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), "none")


def blocks(path: Path, *, most: int = MOST_UNPACKED) -> Iterator[bytes]:
    """The file's bytes, unpacked where it is gzip or zstd, in pieces of a megabyte at most.

    Raises:
        BadInput: it is broken off, or holds more than ``most`` bytes.
    """
    read = {"gzip": _gunzipped, "zstd": _unzstd}.get(compression_of(path), _plain)
    total = 0
    for block in read(path):
        total += len(block)
        if total > most:
            raise BadInput("The file holds more than {most:,} bytes when unpacked. Split it.", most=most)
        yield block


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(BLOCK), b"")


def _gunzipped(path: Path) -> Iterator[bytes]:
    """Members of a gzip file, one after the other; each step gives a block at most, whatever was packed into it."""
    member = zlib.decompressobj(wbits=31)
    try:
        for packed in _plain(path):
            while packed:
                member = zlib.decompressobj(wbits=31) if member.eof else member
                yield member.decompress(packed, BLOCK)
                packed = member.unconsumed_tail or member.unused_data
        yield member.flush()
    except zlib.error:
        raise BadInput("The gzip file is broken. Fetch it again.") from None
    if not member.eof:
        raise BadInput("The gzip file is broken off before its end. Fetch it again.")


def _unzstd(path: Path) -> Iterator[bytes]:
    try:
        with zstd.ZstdFile(path) as file:
            yield from iter(lambda: file.read(BLOCK), b"")
    except (zstd.ZstdError, EOFError):
        raise BadInput("The zstd file is broken, or broken off before its end. Fetch it again.") from None
