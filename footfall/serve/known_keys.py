"""Keys that were asked for before, in memory for as long as nothing was changed in the control database, by any process: so a key that is
revoked opens nothing from then on, and a request need not go to another thread to ask."""

import hashlib
from typing import NamedTuple

from footfall.control.keys import Key
from footfall.control.transactions import Database

__all__ = ["KnownKeys"]


class Kept(NamedTuple):
    """What is known, as of a stamp of the database."""

    stamp: int | None
    keys: dict[bytes, Key]
    """By the hash of the secret; the secret itself is nowhere."""


class KnownKeys:
    """``find`` and ``stamp`` on the event loop alone; ``keep`` from any thread."""

    def __init__(self, control: Database) -> None:
        self._control = control
        self._kept = Kept(None, {})

    def stamp(self) -> int | None:
        """What a key that is asked for from now on may be kept under; ``None`` where none may be."""
        now = self._control.stamp()
        if now != self._kept.stamp:
            self._kept = Kept(now, {})
        return now

    def find(self, secret: str) -> Key | None:
        """The key of that secret; ``None`` where the database has to be asked."""
        if self.stamp() is None:
            return None
        return self._kept.keys.get(_digest(secret))

    def keep(self, secret: str, key: Key, stamp: int | None) -> None:
        """Know a key that the database was asked for after ``stamp``; nothing where it has changed since, or no stamp tells."""
        kept = self._kept
        if stamp is not None and stamp == kept.stamp:
            kept.keys[_digest(secret)] = key


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
