"""Imports without a store: a loader that keeps its promises, and streams that are cut anyhow."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from footfall.collect.checkpoints import Checkpoints
from footfall.collect.importing import BadLine, ImportReport, Passed, iterate_lines, run_import
from footfall.errors import NotFound
from footfall.vocabulary import Hit


class Crash(Exception):
    """The process is gone."""


class Loaded(msgspec.Struct):
    """What became of a segment."""

    no_visit: dict[str, int] = {}


class FakeStore:
    """Loads a segment once, whatever is asked of it; what it has is in ``paths``. Hits whose path begins with "ping" it leaves out."""

    def __init__(self, folder: Path, site: int = 1) -> None:
        self.folder, self.site = folder, site
        self.done: set[str] = set()
        self.paths: list[str] = []
        self.crash: str = ""
        """When to die: "before" or "after" the load; "" not at all."""

    def load(self, path: Path) -> Loaded:
        loaded = Loaded()
        if self.crash == "before":
            raise Crash
        if path.name not in self.done:
            if not path.exists():
                raise NotFound(f"Segment {path.name} is not in the journal.")
            found = [msgspec.json.decode(line)["path"] for line in path.read_bytes().splitlines()]
            self.paths += [name for name in found if not name.startswith("ping")]
            loaded.no_visit[path.name] = sum(name.startswith("ping") for name in found)
            self.done.add(path.name)
        path.unlink(missing_ok=True)
        if self.crash == "after":
            raise Crash
        return loaded

    def load_left_over(self) -> None:
        """As at the start of an app."""
        for path in sorted((self.folder / "journal").glob("import-*.ndjson")):
            self.load(path)

    def run(self, lines: Iterable[bytes], *, decode: Callable[[bytes], Hit] | None = None, **rest: Any) -> ImportReport:
        return run_import(
            lines,
            site=self.site,
            decode=decode or decode_path,
            journal=self.folder / "journal",
            load=self.load,
            checkpoints=Checkpoints(self.folder / "imports", self.site),
            **rest,
        )


def decode_path(line: bytes) -> Hit:
    """A line is the path of its hit; "bad…" cannot be read, "bot…" counts for nothing."""
    text = line.decode()
    if text.startswith("bad"):
        raise BadLine("bad", text)
    if text.startswith("bot"):
        raise Passed("bot")
    return Hit(site=1, time_ms=1, day="1970-01-01", visitor=1, name="pageview", path=text)


def lines_of(text: str, part_bytes: int = 7) -> Iterator[bytes]:
    """The text's lines, its bytes coming in small parts."""
    content = text.encode()
    return iterate_lines(content[start : start + part_bytes] for start in range(0, len(content), part_bytes))


def numbered(first: int, last: int) -> str:
    return "".join(f"{number}\n" for number in range(first, last + 1))
