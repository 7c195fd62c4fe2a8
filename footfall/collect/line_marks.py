"""How far two streams are the same, line by line, told from nothing that forgetting would not have kept.

A mark is 32 bits of a running hash over the hits up to its line without their visitor ids: what the events table holds anyway. A hash of
the lines themselves would let whoever has the rest of a log try out addresses until it fits.
"""

import hashlib
from collections.abc import Sequence

import msgspec

from footfall.vocabulary import Hit

__all__ = ["common_lines", "make_marks"]

MARK_BYTES = 4
encode_hit = msgspec.json.Encoder().encode


def make_marks(before: str, hits: Sequence[Hit | None]) -> bytes:
    """The marks of a chunk's lines, one behind the other; ``before`` is the hash of the stream up to the chunk.

    Of a visitor only its number counts, by first appearance in the chunk. ``None`` is a line without a hit.
    """
    running, numbers = hashlib.blake2b(before.encode(), digest_size=MARK_BYTES), dict[int, int]()
    marks = bytearray()
    for hit in hits:
        running.update(b"\n" if hit is None else _forgotten(hit, numbers.setdefault(hit.visitor, len(numbers))))
        marks += running.digest()
    return bytes(marks)


def _forgotten(hit: Hit, number: int) -> bytes:
    """The hit without who it was of."""
    return encode_hit(msgspec.structs.replace(hit, visitor=number))


def common_lines(marks: bytes, known: bytes) -> int:
    """How many lines both chunks begin with.

    0 where the first has all of the known: had it been the same, the stream would have been cut and known there.
    """
    both = min(len(marks), len(known)) // MARK_BYTES
    low, high = 0, both
    while low < high:
        middle = (low + high + 1) // 2
        end = middle * MARK_BYTES
        low, high = (middle, high) if marks[end - MARK_BYTES : end] == known[end - MARK_BYTES : end] else (low, middle - 1)
    return 0 if low == len(known) // MARK_BYTES else low
