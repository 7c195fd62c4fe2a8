"""What a detector says of one value."""

from typing import NamedTuple

__all__ = ["CERTAIN", "ONLY_HINTED", "Sign"]

CERTAIN = 0.0
ONLY_HINTED = 1.0


class Sign(NamedTuple):
    """A value has the shape of a kind; whether it holds one, too."""

    kind: str
    passed: bool = True
    chance: float = CERTAIN
    """Share of innocent values of this shape that would pass as well. ``ONLY_HINTED``: it says nothing without the column's name."""
    number: int = 0
    """Where numbers given out one after another would pass: this one."""
