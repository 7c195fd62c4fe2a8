"""History, streamed: lines in, hits out, chunk by chunk through the journal, each chunk once.

A chunk is named by the hash of the stream up to its end. When the same beginning comes again (a re-run, a resumed upload, a log that
grew) its chunks are recognised and passed over. Chunks end every ``chunk_lines`` lines, and wherever an earlier run ended.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from footfall.collect.checkpoints import Checkpoints
from footfall.collect.journal import write_segment
from footfall.vocabulary import Hit

__all__ = ["ImportReport", "Passed", "iterate_lines", "run_import"]

CHUNK_LINES = 50_000
MOST_SHOWN = 100
MOST_LINE_BYTES = 1_000_000
encode_hit = msgspec.json.Encoder().encode


class Passed(Exception):
    """A line that is read well but counts for nothing (a robot's, an asset); its text is the reason."""


class ImportReport(msgspec.Struct, kw_only=True):
    """What became of every line."""

    lines: int = 0
    accepted: int = 0
    already: int = 0
    """Lines passed over because an earlier import had them."""
    passed: dict[str, int] = {}
    """Lines that count for nothing, by reason: bots, assets, errors …"""
    refused: int = 0
    refused_by_reason: dict[str, int] = {}
    refused_lines: list[tuple[int, str]] = []
    """The first hundred: line number and what is wrong."""


def run_import(
    lines: Iterable[bytes],
    *,
    site: int,
    decode: Callable[[bytes], Hit],
    journal: Path,
    load: Callable[[Path], object],
    checkpoints: Checkpoints,
    progress: Callable[[ImportReport], None] = lambda report: None,
    chunk_lines: int = CHUNK_LINES,
) -> ImportReport:
    """Import a stream of lines and answer when all of it is counted.

    ``decode`` gives a line's hit, or raises ValueError (refused, with a sentence) or Passed. Blank lines are ignored.

    Raises:
        Unavailable: the disk or the store is away; run it again, it goes on where it stopped.
    """
    report = ImportReport()
    digest = hashlib.blake2b(str(site).encode(), digest_size=20)
    for chunk in _chunks(lines, checkpoints.lines, chunk_lines):
        first = report.lines + 1
        for line in chunk:
            digest.update(line + b"\n")
        report.lines += len(chunk)
        name = digest.hexdigest()
        if checkpoints.has(report.lines, name):
            report.already += len(chunk)
        else:
            hits = _decoded(chunk, first, decode, report)
            if hits:
                load(write_segment(journal, f"import-{site}-{name}", hits))
            checkpoints.add(report.lines, name)
        progress(report)
    return report


def iterate_lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of a stream of byte parts, without their ends; the last needs none."""
    rest = b""
    for part in parts:
        rest += part
        if b"\n" in part:
            *whole, rest = rest.split(b"\n")
            yield from (line.removesuffix(b"\r") for line in whole)
    if rest:
        yield rest.removesuffix(b"\r")


def _chunks(lines: Iterable[bytes], ends: set[int], most: int) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    known = frozenset(ends)
    for number, line in enumerate(lines, 1):
        chunk.append(line)
        if len(chunk) >= most or number % most == 0 or number in known:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _decoded(chunk: list[bytes], first: int, decode: Callable[[bytes], Hit], report: ImportReport) -> list[bytes]:
    hits: list[bytes] = []
    passed, refused = Counter(report.passed), Counter(report.refused_by_reason)
    for number, line in enumerate(chunk, first):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not text.strip():
            continue
        try:
            if len(text) > MOST_LINE_BYTES:
                raise ValueError(f"longer than {MOST_LINE_BYTES} bytes")
            hits.append(encode_hit(decode(text)) + b"\n")
        except Passed as reason:
            passed[str(reason)] += 1
        except ValueError as error:
            refused[str(error)[:200]] += 1
            report.refused += 1
            if len(report.refused_lines) < MOST_SHOWN:
                report.refused_lines.append((number, str(error)))
    report.accepted += len(hits)
    report.passed, report.refused_by_reason = dict(passed), dict(refused.most_common(MOST_SHOWN))
    return hits
