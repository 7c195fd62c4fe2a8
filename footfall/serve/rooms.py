"""A process's own private folder, for what its loads put down while they read: gone, at the latest, when another process tidies up.

Rows of files stand there in clear. A process that is killed cannot delete them, so each holds a lock on its folder as long as it lives.
"""

import fcntl
import os
import secrets
import shutil
import threading
from pathlib import Path

__all__ = ["clear_rooms", "own_room"]

PREFIX = "room-"
_own: dict[Path, Path] = {}
_held: list[int] = []
"""Descriptors of this process's folders: as long as they are open nobody deletes these."""
_making = threading.Lock()


def own_room(folder: Path) -> Path:
    """This process's folder (0700) under ``folder``, always the same. Raises OSError."""
    with _making:
        if folder not in _own or not _own[folder].is_dir():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _own[folder] = _made(folder)
        return _own[folder]


def clear_rooms(folder: Path) -> int:
    """Delete the folders of processes that are no more. Answers how many."""
    dead = [path for path in folder.glob(f"{PREFIX}*") if _is_dead(path)]
    for path in dead:
        shutil.rmtree(path, ignore_errors=True)
    return len(dead)


def _made(folder: Path) -> Path:
    """TRICKY: who tidies between the two lines that make and lock it takes it for a dead one's; then another is made."""
    while True:
        path = folder / f"{PREFIX}{secrets.token_hex(8)}"
        path.mkdir(mode=0o700)
        if _locked(path, _held):
            return path


def _is_dead(path: Path) -> bool:
    held: list[int] = []
    found = _locked(path, held)
    for descriptor in held:
        os.close(descriptor)
    return found


def _locked(path: Path, held: list[int]) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    held.append(descriptor)
    return path.is_dir()
