"""What attacks on this home came to: the reports under ``<home>/attacks``, one file a run."""

from pathlib import Path

import msgspec

__all__ = ["Tried", "TriedAll", "attack_history"]

FOLDER = "attacks"
LONGEST = 1_000_000


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """One attack that was tried."""

    name: str
    title: str = ""
    rate: float
    """How far it got."""
    bar: float
    """The most that it may."""
    passed: bool
    """Whether the home withstood it."""
    detail: str = ""
    seconds: float = 0.0


class TriedAll(msgspec.Struct, frozen=True, kw_only=True):
    """All attacks of one run."""

    at_ms: int
    version: str = ""
    """Of Footfall."""
    attacks: tuple[Tried, ...]


def attack_history(home: Path, *, most: int = 10) -> list[TriedAll]:
    """The newest runs first; a file that is no report is left out."""
    found = [report for path in sorted((home / FOLDER).glob("*.json")) if (report := _read(path))]
    return sorted(found, key=lambda report: report.at_ms, reverse=True)[:most]


def _read(path: Path) -> TriedAll | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=TriedAll) if path.stat().st_size <= LONGEST else None
    except (OSError, msgspec.DecodeError):
        return None
