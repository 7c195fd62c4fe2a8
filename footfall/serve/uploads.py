"""Files that are sent: put down in a private folder on tmpfs while they are read, bounded, and gone when they were."""

import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from footfall.errors import BadInput, TooLarge, Unavailable

__all__ = ["Received", "Upload", "clear_uploads", "is_upload", "received"]

SCHEME = "upload://"
SOURCE = re.compile(SCHEME + r"([0-9a-f]{32})/([0-9a-f]{64})/(.+)")
FOLDER = "uploads"
LEAST_FREE_BYTES = 256_000_000
"""Of tmpfs, which is memory: what must be left for everything else."""
LONGEST_NAME = 500
BEGAN_S = time.time()
"""Of this process: what is older was left behind by one that was killed."""


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was sent."""

    path: Path
    sha256: str
    size: int
    name: str
    """What its loads are known by: another file of that name replaces it."""

    @property
    def source(self) -> str:
        """What ``Sources.load_from`` is told."""
        return f"{SCHEME}{self.path.name}/{self.sha256}/{self.name}"


@contextmanager
def received(parts: Iterable[bytes], room: Path, name: str, *, most_bytes: int) -> Iterator[Received]:
    """The file of these parts, until the block is left.

    Raises:
        BadInput: it is empty, or its name is none.
        TooLarge: it has more than ``most_bytes``.
        Unavailable: tmpfs has no room for it now.
    """
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput("The file's name is not valid. Valid: 1 to {most} characters that can be seen.", most=LONGEST_NAME)
    folder = room / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / secrets.token_hex(16)
    try:
        size, digest = _write(parts, path, most_bytes)
        if not size:
            raise BadInput("The file is empty.")
        yield Received(path=path, sha256=digest, size=size, name=name)
    finally:
        path.unlink(missing_ok=True)


def clear_uploads(room: Path) -> None:
    """Delete files that a process left behind when it was killed."""
    for path in (room / FOLDER).glob("*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < BEGAN_S:
                path.unlink()


def is_upload(source: str) -> bool:
    return source.startswith(SCHEME)


class Found(msgspec.Struct, frozen=True):
    """As a connector lists it."""

    key: str
    version: str


class Upload:
    """The connector of one file that was received."""

    def __init__(self, source: str, room: Path) -> None:
        told = SOURCE.fullmatch(source)
        if told is None:
            raise BadInput("{source!r} is no source. Valid: a path, or an address of http(s) or s3.", source=source)
        token, self._sha256, self._name = told.groups()
        self._path = room / FOLDER / token

    def objects(self, known: dict[str, str], /) -> list[Found]:
        """The one object, known by its name and its content."""
        return [Found(self._name, self._sha256)]

    @contextmanager
    def fetch(self, found: Found, room: Path, /) -> Iterator[Received]:
        """The file where it lies."""
        yield Received(path=self._path, sha256=self._sha256, size=self._path.stat().st_size, name=self._name)


def _write(parts: Iterable[bytes], path: Path, most_bytes: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for part in parts:
            size += len(part)
            if size > most_bytes:
                raise TooLarge("The file is too large: this server takes {most:,} bytes (setting source_room_bytes).", most=most_bytes)
            if shutil.disk_usage(path.parent).free - len(part) < LEAST_FREE_BYTES:
                raise Unavailable("This machine has no room in memory for the file now. Try again later.", retry_after_s=60)
            digest.update(part)
            file.write(part)
    return size, digest.hexdigest()
