"""The id of a recommendation: what was shown where, in which window, signed. Everybody who got the same list has the same id.

Feedback names it, so nothing has to be remembered of what was served, and nobody can report what never was.
"""

import base64
import binascii
import hashlib
import hmac
import math

import msgspec

from footfall.errors import BadInput

__all__ = ["WINDOW_MS", "Served", "bucket_of", "read_id", "seed_of", "write_id"]

WINDOW_MS = 300_000
LASTS_MS = 86_400_000
"""For how long feedback on a list is taken: a page may stay open, or lie in a cache."""
MAC_BYTES, LONGEST = 12, 2000
MOST_BUCKET = 20
encoder = msgspec.msgpack.Encoder()


class Served(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A list that was answered. Nothing in it is about who asked."""

    site: int
    placement: str
    """Empty where none was asked for."""
    arm: str
    """Empty outside an A/B test."""
    window: int
    """Number of the five minutes it was made in."""
    items: tuple[int, ...]
    """In the order of the list."""
    buckets: tuple[int, ...]
    """How likely each item was where it stood: ``bucket_of``."""


decoder = msgspec.msgpack.Decoder(Served)


def bucket_of(propensity: float) -> int:
    """Half powers of two: 0 for 1, 2 for a half, 20 for a thousandth and less.

    >>> [bucket_of(each) for each in (1.0, 0.5, 0.05, 0.0)]
    [0, 2, 9, 20]
    """
    return min(MOST_BUCKET, max(0, round(-2 * math.log2(propensity)))) if propensity > 0 else MOST_BUCKET


def seed_of(placement: str, window: int) -> int:
    """Of exploration: the same for everybody in a window."""
    return int.from_bytes(hashlib.blake2b(f"{placement}\n{window}".encode(), digest_size=4).digest(), "big")


def write_id(served: Served, secret: bytes) -> str:
    """The id of that list: letters, digits, ``-`` and ``_``."""
    packed = encoder.encode(served)
    return base64.urlsafe_b64encode(packed + _mac(packed, secret)).rstrip(b"=").decode()


def read_id(text: str, secret: bytes, now_ms: int) -> Served:
    """The list behind an id.

    Raises:
        BadInput: it is none that was given out, or one of more than a day ago.
    """
    try:
        raw = base64.b64decode(text[:LONGEST] + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _unknown() from None
    packed, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(packed, secret)):
        raise _unknown()
    served = decoder.decode(packed)
    if not -WINDOW_MS <= now_ms - served.window * WINDOW_MS <= LASTS_MS + WINDOW_MS:
        raise BadInput("That list is of more than a day ago; feedback on it is not taken any more.")
    return served


def _mac(packed: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, packed, "sha256")[:MAC_BYTES]


def _unknown() -> BadInput:
    return BadInput("That is the id of no recommendation. Send the id of an answer as it is.")
