"""Packed uploads, unpacked as they stream: gzip and bzip2, several packed files one behind the other too."""

import bz2
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Protocol

from footfall.errors import BadInput

__all__ = ["unpacked"]

PART_BYTES = 1 << 20


def unpacked(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes, unpacked where their first ones say gzip or bzip2; at most a megabyte at a time, however tightly they are packed.

    Raises:
        BadInput: the packed stream is broken, or ends too early.
    """
    stream = iter(parts)
    first = b""
    while len(first) < 3 and (part := next(stream, None)) is not None:
        first += part
    whole = chain((first,), stream)
    if first.startswith(b"\x1f\x8b"):
        yield from _members(whole, _Gunzip)
    elif first.startswith(b"BZh"):
        yield from _members(whole, bz2.BZ2Decompressor)
    else:
        yield from whole


class _Unpacker(Protocol):
    def decompress(self, data: bytes, max_length: int) -> bytes: ...
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


class _Gunzip:
    """zlib in bz2's manner."""

    def __init__(self) -> None:
        self._of = zlib.decompressobj(wbits=31)
        self._was_full = False

    def decompress(self, data: bytes, max_length: int) -> bytes:
        found = self._of.decompress(self._of.unconsumed_tail + data, max_length)
        self._was_full = len(found) == max_length
        return found

    @property
    def eof(self) -> bool:
        return self._of.eof

    @property
    def needs_input(self) -> bool:
        return not self._was_full and not self._of.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._of.unused_data


def _members(packed: Iterator[bytes], make: Callable[[], _Unpacker]) -> Iterator[bytes]:
    unpack, began = make(), False
    try:
        for part in packed:
            while part:
                began = True
                yield unpack.decompress(part, PART_BYTES)
                while not unpack.eof and not unpack.needs_input:
                    yield unpack.decompress(b"", PART_BYTES)
                part = b""
                if unpack.eof:
                    part, unpack, began = unpack.unused_data.lstrip(b"\0"), make(), False
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput("The packed file cannot be read: {fault}.", fault=str(error)) from None
    if began:
        raise BadInput("The packed file cannot be read: it ends too early.")
