"""What becomes of an object: counted by rows, whether it was written or only looked at."""

from typing import Literal

import msgspec

from footfall.sentences import NOTHING

__all__ = ["Outcome", "Refusal", "Step", "Summed"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What was kept at a rung of the ladder."""

    time: str
    place: str
    categories: bool
    cells: int
    rows: int


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that were not taken for one reason."""

    reason: str
    """Column and what is wrong, as ``Issued:unreadable``."""
    rows: int
    first: tuple[int, ...]
    """Numbers of the first of them, from 1, a header not counted. Nothing else is known of them any more."""


class Summed(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that are in a sum or mean which is told: where few share in it, fewer than are counted."""

    measure: str
    rows: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """``kept`` + ``folded`` + ``refused`` is ``rows_in``. Of a survey a row is an answer to one question."""

    state: Literal["kept", "refused"]
    """``refused``: the whole file is, and nothing was written."""
    said: str = NOTHING
    """A Sentence: why it is refused."""
    rows_in: int
    kept: int
    folded: int
    """In cells that stayed under the cohort up to the last rung, at the ends of tracks, or not answered."""
    refused: int
    cells: int
    written: int = 0
    """Rows of the table ``measures``: a cell has one a measure."""
    until: str = ""
    """Beginning of the last bucket that was read, UTC."""
    steps: tuple[Step, ...] = ()
    summed: tuple[Summed, ...] = ()
    refusals: tuple[Refusal, ...] = ()
