"""Files as they should not come: cut short, corrected, without a column, in another encoding. Each is made from a good one."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

__all__ = ["corrected", "cut", "reencoded", "without_column"]


def cut(path: Path, *, share: float = 0.5) -> None:
    """Leaves the first part of a file, to the byte: an upload that broke off."""
    held = path.read_bytes()
    path.write_bytes(held[: max(1, round(len(held) * share))])


def corrected(path: Path, change: Callable[[list[str]], list[str]], *, encoding: str = "utf-8") -> None:
    """Writes the lines below the header anew as ``change`` says: an office that sends a day again."""
    header, *lines = path.read_bytes().decode(encoding).splitlines(keepends=True)
    path.write_bytes("".join((header, *change(lines))).encode(encoding))


def without_column(path: Path, name: str, *, delimiter: str = ",", encoding: str = "utf-8") -> None:
    """Takes a column out of a file.

    Raises:
        ValueError: the file has no such column.
    """
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=delimiter))
    place = rows[0].index(name)
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=delimiter, lineterminator="\n").writerows(row[:place] + row[place + 1 :] for row in rows)
    path.write_bytes(held.getvalue().encode(encoding))


def reencoded(path: Path, encoding: str, *, was: str = "utf-8") -> None:
    """Writes a file's text in another encoding than its contract says; what that cannot hold becomes a question mark."""
    path.write_bytes(path.read_bytes().decode(was).encode(encoding, "replace"))
