"""What the attacks on this home came to, as the last report under ``<home>/attacks`` says."""

from pathlib import Path

import msgspec

__all__ = ["Attack", "AttackReport", "last_report"]

FOLDER = "attacks"
LONGEST = 1_000_000


class Attack(msgspec.Struct, frozen=True):
    """One attack that was tried."""

    name: str
    rate: float
    """How far it got: a share of 1, an ε, or how often something was found; which one is the attack's own."""
    bar: float
    """The most that it may."""
    passed: bool
    """Whether the home withstood it."""


class AttackReport(msgspec.Struct, frozen=True):
    """All attacks of one run."""

    at_ms: int
    attacks: tuple[Attack, ...]


def last_report(home: Path) -> AttackReport | None:
    """The newest report that can be read; ``None`` where there is none."""
    found = [report for path in (home / FOLDER).glob("*.json") if (report := _read(path))]
    return max(found, key=lambda report: report.at_ms, default=None)


def _read(path: Path) -> AttackReport | None:
    try:
        if path.stat().st_size > LONGEST:
            return None
        return msgspec.json.decode(path.read_bytes(), type=AttackReport)
    except (OSError, msgspec.DecodeError):
        return None
