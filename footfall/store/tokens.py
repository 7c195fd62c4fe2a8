"""Tokens of inserts that a process was killed in: the embedded engine remembers some of them, and not their rows.

TRICKY: ClickHouse 26.9 notes a part's token in the table's ``deduplication_logs``, then renames the part, both under the table's lock. Who
is killed in between leaves a token without rows, and the same insert again is dropped as a duplicate. Only the last token of a table can be
such a one, so it goes, before the store is opened, where its part is not there.
"""

import fcntl
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["drop_lost_tokens"]

LOCK, LOGS, LOG = "status", "store/*/*/deduplication_logs", "deduplication_log_*.txt"
PART = re.compile(r"(?P<partition>.+)_(?P<first>\d+)_(?P<last>\d+)_\d+(_\d+)?")
"""Name of a part: a merged one has all blocks from its first to its last."""
ADDED = b"1"


def drop_lost_tokens(store: Path, *rooms: Path) -> None:
    """Look at all tables in the folder ``store``, and in others where tables of it stand. Nothing is done where a process has it open.

    Raises:
        OSError: the disk refuses.
    """
    with _held(store / LOCK) as is_ours:
        if is_ours:
            for room in (store, *rooms):
                for logs in room.glob(LOGS):
                    _drop_lost(logs)


@contextmanager
def _held(lock: Path) -> Iterator[bool]:
    """The lock by which the engine keeps other processes out."""
    if not lock.exists():  # as the engine leaves it when it is closed, not killed
        yield False
        return
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def _drop_lost(logs: Path) -> None:
    written = [log for log in sorted(logs.glob(LOG), key=_number) if log.stat().st_size]
    if not written:
        return
    content = written[-1].read_bytes()
    begin = content.rstrip(b"\n").rfind(b"\n") + 1
    if _is_lost(content[begin:], logs.parent):
        with written[-1].open("r+b") as file:
            file.truncate(begin)


def _is_lost(line: bytes, table: Path) -> bool:
    """Whether the insert of this line never ended, or the line itself did not."""
    operation, *rest = line.split(b"\t")
    if not line.endswith(b"\n") or len(rest) != 2:
        return True
    return operation == ADDED and not _is_there(rest[0].decode(), (path.name for path in table.iterdir()))


def _is_there(part: str, names: Iterable[str]) -> bool:
    """Whether one of these parts is this one, or was merged of it and others."""
    wanted = PART.fullmatch(part)
    found = (PART.fullmatch(name) for name in names)
    return wanted is not None and any(
        one["partition"] == wanted["partition"] and int(one["first"]) <= int(wanted["first"]) and int(wanted["last"]) <= int(one["last"])
        for one in found
        if one
    )


def _number(log: Path) -> int:
    return int(log.stem.rsplit("_", 1)[1])
