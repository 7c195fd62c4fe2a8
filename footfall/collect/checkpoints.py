"""How far imports came: the chunks that are loaded, a file a portal, so that a stream imported again changes nothing.

A line is ``begun``, ``done`` or ``empty``, where the chunk starts and ends in its stream (bytes), and the hash of the stream up to its end.
``begun`` is written before a chunk's segment, ``done`` after it is loaded: what a crash leaves between the two is settled by the next run.
``empty`` had nothing that counts: it is read again another time, but cut alike.

Beside it a file a chunk holds the marks of its lines (``importing`` makes them), by which a stream that goes on otherwise, or ends, inside
the chunk is known as far as it is the same.
"""

import os
from pathlib import Path
from typing import Literal

import msgspec

from footfall.errors import Unavailable

__all__ = ["Checkpoints", "Span"]

BEGUN, DONE, EMPTY = "begun", "done", "empty"
DIGEST_CHARACTERS = 40


class Span(msgspec.Struct, frozen=True):
    """A chunk's place in its stream."""

    start: int
    """Bytes before it."""
    end: int
    """Bytes up to its end."""
    digest: str
    """Hash of everything up to its end, not only of the chunk: so it also says that all before it is the same."""


class Checkpoints:
    """The record of one portal. Used by one thread of one process at a time."""

    def __init__(self, folder: Path, site: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / f"{site}.checkpoints"
        self._marks = folder / f"{site}.marks"
        self._done: dict[tuple[int, str], Span] = {}
        self._begun: dict[tuple[int, str], Span] = {}
        self._empty: dict[tuple[int, str], Span] = {}
        self._reach: dict[int, int] = {}
        self.ends: set[int] = set()
        """Where any chunk of any stream ended."""
        self._read()

    @property
    def unsettled(self) -> list[Span]:
        """Chunks that were begun: loaded, or waiting, or never written."""
        return list(self._begun.values())

    def has(self, end: int, digest: str) -> bool:
        """Whether everything of this stream up to ``end`` is loaded."""
        return (end, digest) in self._done

    def ended(self, end: int, digest: str) -> bool:
        """Whether a chunk of this stream ended there."""
        return self.has(end, digest) or (end, digest) in self._empty

    def reach(self, start: int) -> int:
        """The furthest end of a chunk that started there; a stream is not cut sooner, for it may be the same. 0 for none."""
        return self._reach.get(start, 0)

    def marks(self, start: int) -> list[bytes]:
        """The marks of every loaded chunk that started there."""
        paths = [self._marks_of(span) for span in self._done.values() if span.start == start]
        return [path.read_bytes() for path in paths if path.exists()]

    def begin(self, span: Span, marks: bytes = b"") -> None:
        """Durable when it returns, as are all changes.

        Raises:
            Unavailable: the disk refuses.
        """
        self._put_marks(span, marks)
        self._begun[span.end, span.digest] = span
        self._write(_line(BEGUN, span), "a")

    def finish(self, span: Span) -> None:
        """The chunk is loaded."""
        self._write(_line(DONE, span), "a")
        self._note(DONE, span)

    def leave(self, span: Span) -> None:
        """The chunk has nothing to load."""
        if (span.end, span.digest) not in self._empty:
            self._write(_line(EMPTY, span), "a")
            self._note(EMPTY, span)

    def tidy(self) -> None:
        """Forget what was begun and never written."""
        self._begun.clear()
        kept = [(DONE, span) for span in self._done.values()] + [(EMPTY, span) for span in self._empty.values()]
        self._write("".join(_line(kind, span) for kind, span in kept), "w")

    def _marks_of(self, span: Span) -> Path:
        return self._marks / f"{span.start}-{span.end}-{span.digest}"

    def _put_marks(self, span: Span, marks: bytes) -> None:
        try:
            self._marks.mkdir(exist_ok=True, mode=0o700)
            self._marks_of(span).write_bytes(marks)
        except OSError as error:
            raise _refused(error) from error

    def _read(self) -> None:
        text = self._path.read_text(encoding="ascii", errors="replace") if self._path.exists() else ""
        for line in text.splitlines():
            kind, *rest = line.split(" ")
            if len(rest) != 3 or len(rest[2]) != DIGEST_CHARACTERS or not rest[0].isdecimal() or not rest[1].isdecimal():
                continue
            span = Span(int(rest[0]), int(rest[1]), rest[2])
            if kind == BEGUN:
                self._begun[span.end, span.digest] = span
            elif kind in (DONE, EMPTY):
                self._note(kind, span)

    def _note(self, kind: str, span: Span) -> None:
        self._begun.pop((span.end, span.digest), None)
        (self._done if kind == DONE else self._empty)[span.end, span.digest] = span
        self._reach[span.start] = max(self.reach(span.start), span.end)
        self.ends.add(span.end)

    def _write(self, text: str, mode: Literal["a", "w"]) -> None:
        path = self._path if mode == "a" else self._path.with_suffix(".tmp")
        try:
            with path.open(mode, encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            path.replace(self._path)
            _sync_folder(self._path.parent)
        except OSError as error:
            raise _refused(error) from error


def _refused(error: OSError) -> Unavailable:
    return Unavailable("The record of imports cannot be written ({fault}).", fault=error.strerror, retry_after_s=5)


def _line(kind: str, span: Span) -> str:
    """TRICKY: it begins with a line's end, so that one that a crash or a full disk cut short spoils nothing after it."""
    return f"\n{kind} {span.start} {span.end} {span.digest}\n"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
