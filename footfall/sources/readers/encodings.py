"""Text in the encoding that a contract names, and what is not in it."""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from footfall.errors import BadInput
from footfall.sources.readers.compressed import blocks

__all__ = ["ONE_BYTE", "check_encoding", "encoding_of", "last_line", "lines_of"]

ONE_BYTE = frozenset(
    "utf-8 cp1250 cp1251 cp1252 cp1253 cp1254 cp1257 cp866 koi8-r koi8-u iso8859-1 iso8859-2 iso8859-5 iso8859-9 iso8859-15".split()
)
"""Encodings that ClickHouse reads from the file itself: separators are bytes of their own."""
LOOKED_AT = 1_000_000
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def encoding_of(path: Path, named: str) -> str:
    """Python's name of the encoding; what a byte order mark says stands over the contract.

    Raises:
        BadInput: there is no such encoding.
    """
    head = next(blocks(path), b"")
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            return encoding
    try:
        return codecs.lookup(named).name
    except LookupError:
        raise BadInput("Encoding {encoding!r} is not known. Valid: utf-8, utf-16, cp1251, cp1252, iso-8859-1 …", encoding=named) from None


def check_encoding(path: Path, encoding: str) -> None:
    """The beginning of the file is in that encoding.

    Raises:
        BadInput: it is not; names the encoding and the byte's place.
    """
    head = next(blocks(path), b"")[:LOOKED_AT]
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        decoder.decode(head)
    except UnicodeDecodeError as error:
        raise BadInput(
            "The file is not {encoding}: its byte {place:,} cannot be. Name its encoding in the contract.",
            encoding=encoding,
            place=error.start + 1,
        ) from None


def last_line(path: Path) -> bytes:
    """What stands after the last end of a line; nothing where the file ends with one, or has none in its last megabyte."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, io.SEEK_END) - LOOKED_AT))
        _, end, last = file.read().rpartition(b"\n")
    return last.strip() if end else b""


def lines_of(path: Path, encoding: str, *, most: int = 0) -> Iterator[str]:
    """Lines with their ends as they are, a byte order mark removed; bytes that cannot be are replaced.

    Raises:
        BadInput: a line is longer than ``most``, unless that is 0.
    """
    read = io.TextIOWrapper(
        io.BufferedReader(_Blocks(blocks(path))), "utf-8-sig" if encoding == "utf-8" else encoding, "replace", newline=""
    )
    while line := read.readline(most or -1):
        if most and len(line) >= most:
            raise BadInput("A line of the file is longer than {most:,} characters: this is no table.", most=most)
        yield line


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a file to read."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source, self._left = source, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            block = next(self._source, None)
            if block is None:
                return 0
            self._left = memoryview(block)
        taken = min(len(buffer), len(self._left))
        buffer[:taken], self._left = self._left[:taken], self._left[taken:]
        return taken
