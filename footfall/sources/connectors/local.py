"""Files and folders of this machine, read where they are."""

import glob
import hashlib
import os
from collections.abc import Iterable, Iterator
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

    def __init__(self, source: str, *, most_bytes: int = MOST_BYTES, within: Iterable[Path] | None = None) -> None:
        """``within``: folders, without links in their paths, that files must be in when links are followed; ``None`` is anywhere."""
        self._source, self._most_bytes = source.removeprefix("file://"), most_bytes
        self._within = None if within is None else tuple(within)

    def objects(self, known: dict[str, str]) -> list[Found]:
        """Files by name, without hidden ones and links that lead outside. Raises BadInput: there is nothing of that name."""
        path = Path(self._source)
        paths = [path] if path.is_file() else _under(path)
        if not paths and not path.is_dir() and not glob.has_magic(self._source):
            raise BadInput("There is no file or folder {source!r}.", source=self._source)
        return [_found(each) for each in sorted(paths) if each.is_file() and self._is_within(each)]

    @contextmanager
    def fetch(self, found: Found, room: Path) -> Iterator[Fetched]:
        """The file itself. Raises BadInput: it is too large. Unavailable: it is away, or changed while it was read."""
        path = Path(found.key)
        if not self._is_within(path):  # since it was listed
            raise _changed(path)
        before = _look(path)
        if before[1] > self._most_bytes:
            raise BadInput("{key} has {size:,} bytes; at most {most:,} are read.", key=found.key, size=before[1], most=self._most_bytes)
        if found.version and found.version != _version(before):
            raise _changed(path)
        yield Fetched(path=path, sha256=_sha256(path), size=before[1])
        if _look(path) != before:
            raise _changed(path)

    def _is_within(self, path: Path) -> bool:
        place = Path(os.path.realpath(path))
        return self._within is None or any(place.is_relative_to(folder) for folder in self._within)


def _under(path: Path) -> list[Path]:
    """What a folder holds, or a glob says. ``**`` follows no link to a folder, which may lead to the whole machine."""
    parts, magic = path.parts, next((index for index, part in enumerate(path.parts) if glob.has_magic(part)), None)
    base, pattern = path, ["**", "*"]
    if magic is not None and not path.is_dir():
        base, pattern = Path(*parts[:magic]), [*parts[magic:], *(["*"] if parts[-1] == "**" else [])]
    hidden = any(part.startswith(".") for part in pattern)
    found = set(base.glob(str(Path(*pattern))))
    return [each for each in found if hidden or not any(part.startswith(".") for part in each.relative_to(base).parts)]


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
