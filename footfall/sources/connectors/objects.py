"""What a connector lists, and what it hands over."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import msgspec

__all__ = ["MOST_BYTES", "Connector", "Fetched", "Found"]

MOST_BYTES = 20_000_000_000
"""Of one object, unless something else is said."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An object as it is listed."""

    key: str
    """Its path or address, without what is secret in it."""
    version: str = ""
    """Another one when it has changed; empty where the source does not tell, and then ``Fetched.sha256`` does."""
    size: int = -1
    """Bytes; -1 where the source does not tell."""


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """An object on this machine."""

    path: Path
    sha256: str
    """Of its content, in hexadecimal."""
    size: int


class Connector(Protocol):
    """A source. Both methods may be called again after an error."""

    def objects(self, known: dict[str, str]) -> list[Found]:
        """What is there, by key. ``known`` are versions that were loaded, by key: a source may be asked for what is newer alone.

        Raises:
            BadInput: there is no such source.
            Unavailable: it does not answer now.
        """
        ...

    def fetch(self, found: Found, room: Path) -> AbstractContextManager[Fetched]:
        """The object as a file, until the block is left; then a file of ``room`` is gone, and one of the source's own is looked at again.

        Raises:
            BadInput: it is too large.
            Unavailable: it does not answer, or has changed while it was read: leave the block before anything is kept.
        """
        ...
