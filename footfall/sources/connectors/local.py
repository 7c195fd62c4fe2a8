"""Files and folders of this machine, read where they are."""

import glob
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from footfall.errors import BadInput, Unavailable
from footfall.sources.connectors.objects import MOST_BYTES, Fetched, Found

__all__ = ["Files"]

BLOCK = 1 << 20
Look = tuple[int, int, int, int]
"""Of a file: inode, size, and the times of its last writing and of its last change of any kind, in ns."""


class Files:
    """A file, a folder with all that is under it, or a glob (``/data/**/*.csv``)."""

    def __init__(self, source: str, *, most_bytes: int = MOST_BYTES) -> None:
        self._source, self._most_bytes = source.removeprefix("file://"), most_bytes

    def objects(self, known: dict[str, str]) -> list[Found]:
        """Files by name; hidden ones are left out. Raises BadInput: there is nothing of that name."""
        path = Path(self._source)
        pattern = f"{glob.escape(self._source)}/**/*" if path.is_dir() else self._source
        paths = [path] if path.is_file() else [Path(name) for name in glob.glob(pattern, recursive=True)]
        if not paths and not path.is_dir() and not glob.has_magic(self._source):
            raise BadInput("There is no file or folder {source!r}.", source=self._source)
        return [_found(each) for each in sorted(paths) if each.is_file()]

    @contextmanager
    def fetch(self, found: Found, room: Path) -> Iterator[Fetched]:
        """The file itself. Raises BadInput: it is too large. Unavailable: it is away, or changed while it was read."""
        path = Path(found.key)
        before = _look(path)
        if before[1] > self._most_bytes:
            raise BadInput("{key} has {size:,} bytes; at most {most:,} are read.", key=found.key, size=before[1], most=self._most_bytes)
        if found.version and found.version != _version(before):
            raise _changed(path)
        yield Fetched(path=path, sha256=_sha256(path), size=before[1])
        if _look(path) != before:
            raise _changed(path)


def _found(path: Path) -> Found:
    look = _look(path)
    return Found(key=str(path), version=_version(look), size=look[1])


def _version(look: Look) -> str:
    return f"{look[2]}-{look[1]}"


def _look(path: Path) -> Look:
    try:
        stat = os.stat(path)
    except OSError:
        raise _changed(path) from None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError:
        raise Unavailable("{key} cannot be read by this process.", key=str(path)) from None
    return digest.hexdigest()


def _changed(path: Path) -> Unavailable:
    return Unavailable("{key} changed while it was read. It will be read again.", key=str(path), retry_after_s=60)
