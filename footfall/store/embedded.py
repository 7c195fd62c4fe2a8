"""What the embedded engine takes inside a statement, and why it could not be opened."""

import fcntl
from pathlib import Path

from footfall.errors import Unavailable
from footfall.sentences import Sentence

__all__ = ["cannot_open", "fit_a_statement"]

STATEMENT_BYTES = 250_000
"""Rows up to this size go to the embedded engine inside the statement: that spares the file and the half of what an insert costs before its
first row. Of more rows a file is read faster, column by column."""


def fit_a_statement(rows: bytes) -> bool:
    """Whether these rows can. TRICKY: what follows an empty line would be taken for the next statement, after the rows before it are in."""
    return len(rows) <= STATEMENT_BYTES and rows.endswith(b"}\n") and rows.count(b"}\n") == rows.count(b"\n") and _is_text(rows)


def cannot_open(home: Path, reason: str) -> Unavailable:
    """The error that says the reason which the engine gives."""
    return Unavailable(_fault(home, reason), retry_after_s=5)


def _fault(home: Path, reason: str) -> Sentence:
    if "Error initializing EmbeddedServer" in reason and _is_held(home / "store" / "status"):
        return Sentence(
            "The store in {home} is in use by another footfall process; stop that one, or give this one a home of its own.", home=home
        )
    if "Error initializing EmbeddedServer" in reason:
        return Sentence("The store in {home} cannot be opened; the engine says above why.", home=home)
    if "already initialized with path" in reason:
        return Sentence("The store in {home} cannot be opened: this process has the store of another home open.", home=home)
    return Sentence("The store in {home} cannot be opened ({fault}).", home=home, fault=reason[:200])


def _is_held(status: Path) -> bool:
    """Whether another process has the engine's own lock."""
    try:
        with status.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _is_text(rows: bytes) -> bool:
    try:
        return "\0" not in rows.decode()
    except UnicodeDecodeError:
        return False
