"""History, streamed: lines in, hits out, chunk by chunk through the journal, each chunk once.

A chunk is named by the hash of the stream up to its end. When the same beginning comes again (a re-run, a resumed upload, a log that has
grown) its chunks are recognised and passed over. Where a stream ends or becomes another inside a chunk, the lines before are known by
their marks. What is recognised is a beginning, not a line: a file that was mended in the middle is another stream from there on, so lines
that were refused are best sent again in a file of their own.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from footfall.collect.checkpoints import Checkpoints, Span
from footfall.collect.journal import write_segment
from footfall.collect.line_marks import common_lines, make_marks
from footfall.errors import NotFound
from footfall.vocabulary import Hit

__all__ = ["BadLine", "ImportReport", "Passed", "iterate_lines", "run_import"]

CHUNK_LINES = 50_000
CHUNK_BYTES = 32_000_000
MOST_LINE_BYTES = 1_000_000
MOST_SHOWN = 100
OTHER, NO_VISIT = "other", "no_visit"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
encode_hit = msgspec.json.Encoder().encode


class Passed(Exception):
    """A line that is read well but counts for nothing (a robot's, an asset); its text is the reason."""


class BadLine(ValueError):
    """A line that cannot be read: a reason that many lines may share, and what is special to this one. Neither names a visitor."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


Outcome = Hit | Passed | BadLine | None
"""What a line is: a hit, set apart, refused, or blank."""


class Loaded(Protocol):
    """What became of a segment."""

    @property
    def no_visit(self) -> dict[str, int]:
        """Engagement pings that had no visit to keep open and are not counted, by the name of their segment."""
        ...


Load = Callable[[Path], Loaded]


class ImportReport(msgspec.Struct, kw_only=True):
    """What became of every line."""

    lines: int = 0
    bytes: int = 0
    """Read so far, unpacked."""
    accepted: int = 0
    expiring: int = 0
    """Of the accepted, those of days that the portal keeps no longer: they are gone after the next midnight."""
    already: int = 0
    """Lines passed over because an earlier import had them."""
    passed: dict[str, int] = {}
    """Lines that count for nothing, by reason: bot, asset, error, no_visit …"""
    refused: int = 0
    refused_by_reason: dict[str, int] = {}
    """The first hundred reasons, and "other" for lines with further ones."""
    refused_lines: list[tuple[int, str]] = []
    """The first hundred: line number and what is wrong."""


class Chunk(msgspec.Struct):
    """Lines that are loaded in one go, with their ends, and where they stand in the stream."""

    lines: list[bytes]
    span: Span
    before: str
    """Hash of everything before it."""


def run_import(
    lines: Iterable[bytes],
    *,
    site: int,
    decode: Callable[[bytes], Hit],
    journal: Path,
    load: Load,
    checkpoints: Checkpoints,
    progress: Callable[[ImportReport], None] = lambda report: None,
    chunk_lines: int = CHUNK_LINES,
    kind: str = "",
    kept_from: str = "",
) -> ImportReport:
    """Import a stream of lines (as ``iterate_lines`` gives them) and answer when all of it is counted.

    ``decode`` gives a line's hit, or raises BadLine (refused) or Passed. Blank lines are ignored. ``load`` loads a segment once, however
    often it is asked, and raises NotFound for one that never was. ``progress`` is told after every chunk; ``kind`` keeps apart what was
    read in different ways; ``kept_from`` is the first day (YYYY-MM-DD) that retention leaves.

    Raises:
        Unavailable: the disk or the store is away; run it again, it goes on where it stopped.
    """
    target = _Target(checkpoints, site, journal, load)
    target.settle()
    report = ImportReport()
    for chunk in _Cutter(checkpoints, f"{site}|{kind}", chunk_lines).cut(lines):
        if checkpoints.has(chunk.span.end, chunk.span.digest):
            _pass_over(chunk, decode, report)
        else:
            fresh = _count(chunk, _outcomes(chunk.lines, report.lines + 1, decode), report, target)
            report.expiring = min(report.accepted, report.expiring + sum(hit.day < kept_from for hit in fresh))
        report.lines += len(chunk.lines)
        report.bytes = chunk.span.end
        progress(report)
    return report


def iterate_lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of a stream of byte parts, with their ends; the last may have none. What is over a line's bound is left out of it."""
    rest = b""
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            yield line[: MOST_LINE_BYTES + 1] + b"\n"
        rest = rest[: MOST_LINE_BYTES + 1]
    if rest:
        yield rest


class _Cutter:
    """Cuts a stream where it was cut before, as far as it is the same, and then by lines and bytes."""

    def __init__(self, checkpoints: Checkpoints, seed: str, most_lines: int) -> None:
        self._checkpoints, self._most_lines = checkpoints, most_lines
        self._digest = hashlib.blake2b(seed.encode(), digest_size=20)
        self._lines: list[bytes] = []
        self._hashed = self._start = self._end = 0
        self._before = self._digest.hexdigest()

    def cut(self, lines: Iterable[bytes]) -> Iterator[Chunk]:
        """A last line without an end stands alone: a growing log may not have all of it yet, and the rest must be known again."""
        for line in lines:
            if not line.endswith(b"\n"):
                if self._lines:
                    yield self._chunk()
                line += b"\n"
            self._lines.append(line)
            self._end += len(line)
            if self._is_over():
                yield self._chunk()
        if self._lines:
            yield self._chunk()

    def _is_over(self) -> bool:
        if self._end in self._checkpoints.ends and self._checkpoints.ended(self._end, self._hexdigest()):
            return True
        is_full = len(self._lines) >= self._most_lines or self._end - self._start >= CHUNK_BYTES
        return is_full and self._end >= self._checkpoints.reach(self._start)

    def _hexdigest(self) -> str:
        self._digest.update(b"".join(self._lines[self._hashed :]))
        self._hashed = len(self._lines)
        return self._digest.hexdigest()

    def _chunk(self) -> Chunk:
        chunk = Chunk(self._lines, Span(self._start, self._end, self._hexdigest()), self._before)
        self._lines, self._hashed, self._start, self._before = [], 0, self._end, chunk.span.digest
        return chunk


class _Target:
    """Where a portal's chunks go, each once."""

    def __init__(self, checkpoints: Checkpoints, site: int, journal: Path, load: Load) -> None:
        self.checkpoints, self._site, self._journal, self._load = checkpoints, site, journal, load

    def settle(self) -> None:
        """Finish what an earlier run began: its segment is loaded, or waits, or was never written."""
        if not self.checkpoints.unsettled:
            return
        for span in self.checkpoints.unsettled:
            path = self._segment(span)
            try:
                self._load(path)
            except NotFound:
                path.with_suffix(".part").unlink(missing_ok=True)
                continue
            self.checkpoints.finish(span)
        self.checkpoints.tidy()

    def put(self, span: Span, marks: bytes, hits: list[bytes]) -> int:
        """How many of the hits are pings without a visit. A chunk without hits is only remembered as a place to cut."""
        if not hits:
            self.checkpoints.leave(span)
            return 0
        self.checkpoints.begin(span, marks)
        path = write_segment(self._journal, self._segment(span).stem, hits)
        loaded = self._load(path)
        self.checkpoints.finish(span)
        return loaded.no_visit.get(path.name, 0)

    def _segment(self, span: Span) -> Path:
        return self._journal / f"import-{self._site}-{span.digest}.ndjson"


def _count(chunk: Chunk, outcomes: list[Outcome], report: ImportReport, target: _Target) -> list[Hit]:
    """Count the lines after the last hit that an earlier stream had too. A stream that is the beginning of one leaves no trace."""
    marks = make_marks(chunk.before, [outcome if isinstance(outcome, Hit) else None for outcome in outcomes])
    common = max((common_lines(marks, other) for other in target.checkpoints.marks(chunk.span.start)), default=0)
    # Lines without a hit have nothing to be told apart by: those behind the last hit may be others than they were.
    known = next((place for place in range(common, 0, -1) if isinstance(outcomes[place - 1], Hit)), 0)
    report.already += known
    fresh = outcomes[known:]
    for number, outcome in enumerate(fresh, report.lines + known + 1):
        _note(outcome, number, report)
    hits = [outcome for outcome in fresh if isinstance(outcome, Hit)]
    if common < len(outcomes) and (homeless := target.put(chunk.span, marks, [encode_hit(hit) + b"\n" for hit in hits])):
        report.accepted -= homeless
        _pass(NO_VISIT, report, homeless)
    return hits


def _pass_over(chunk: Chunk, decode: Callable[[bytes], Hit], report: ImportReport) -> None:
    """Count the lines as known. Those with ``#`` are read all the same: they may name the columns of lines to come."""
    for line in chunk.lines:
        if line.lstrip(BYTE_ORDER_MARK).startswith(b"#"):
            try:
                decode(line.lstrip(BYTE_ORDER_MARK).rstrip(b"\r\n"))
            except (Passed, ValueError):
                continue
    report.already += len(chunk.lines)


def _outcomes(lines: list[bytes], first: int, decode: Callable[[bytes], Hit]) -> list[Outcome]:
    return [_outcome(line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line, decode) for number, line in enumerate(lines, first)]


def _outcome(line: bytes, decode: Callable[[bytes], Hit]) -> Outcome:
    text = line.rstrip(b"\r\n")
    if not text or text.isspace():
        return None
    if len(text) > MOST_LINE_BYTES:
        return BadLine(f"longer than {MOST_LINE_BYTES:,} bytes")
    try:
        return decode(text)
    except (Passed, BadLine) as error:
        # Kept without the frames that hold the line's text.
        return error.with_traceback(None)
    except ValueError as error:
        return BadLine(f"cannot be read ({type(error).__name__})")


def _note(outcome: Outcome, number: int, report: ImportReport) -> None:
    if isinstance(outcome, Hit):
        report.accepted += 1
    elif isinstance(outcome, Passed):
        _pass(str(outcome), report)
    elif outcome is not None:
        _refuse(report, number, outcome.reason, str(outcome))


def _pass(reason: str, report: ImportReport, count: int = 1) -> None:
    report.passed[reason] = report.passed.get(reason, 0) + count


def _refuse(report: ImportReport, number: int, reason: str, sentence: str) -> None:
    report.refused += 1
    if len(report.refused_lines) < MOST_SHOWN:
        report.refused_lines.append((number, sentence))
    counts = report.refused_by_reason
    if reason not in counts and len(counts) >= MOST_SHOWN:
        reason = OTHER
    counts[reason] = counts.get(reason, 0) + 1
