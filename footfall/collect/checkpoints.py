"""How far imports came: hashes of what was loaded, a file a portal, so that a file imported again changes nothing."""

import os
from pathlib import Path

__all__ = ["Checkpoints"]


class Checkpoints:
    """Ends of loaded chunks of one portal: line number and hash of everything before it in its stream."""

    def __init__(self, folder: Path, site: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / f"{site}.checkpoints"
        text = self._path.read_text(encoding="ascii") if self._path.exists() else ""
        self._known = {line for line in text.splitlines() if line.count(" ") == 1 and len(line) > 32}
        self.lines = {int(line.split()[0]) for line in self._known}
        """Line numbers at which some stream was cut."""

    def has(self, line: int, digest: str) -> bool:
        return f"{line} {digest}" in self._known

    def add(self, line: int, digest: str) -> None:
        """Durable when it returns."""
        entry = f"{line} {digest}"
        with self._path.open("a", encoding="ascii") as file:
            file.write(entry + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._known.add(entry)
        self.lines.add(line)
