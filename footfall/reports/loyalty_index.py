"""The loyalty index: one number out of parts that stand beside it, with weights that are told."""

from collections.abc import Mapping

import msgspec

__all__ = ["LEAST_WEIGHT", "WEIGHTS", "Index", "Part", "index_of", "score_of"]

WEIGHTS = {"return": 0.25, "retention": 0.15, "completion": 0.25, "satisfaction": 0.25, "complaints": 0.10}
"""Of parts, together 1. Half is what people do over time, half what a service makes of their visit."""
LEAST_WEIGHT = 0.5
"""Of the parts that are known: with less there is no index."""
MOST_COMPLAINTS = 5.0
"""Percent of visitors; as many or more are worth 0."""
SCALES = {"csat": (0.0, 100.0), "nps": (-100.0, 100.0), "ces": (1.0, 7.0)}
"""Of the summaries of surveys: worth 0, and worth 100."""


class Part(msgspec.Struct, frozen=True):
    """One part of an index."""

    name: str
    """One of WEIGHTS."""
    score: float | None
    """0 to 100; ``None``: not known."""
    weight: float
    """As WEIGHTS has it; those of the known parts are divided by their sum."""


class Index(msgspec.Struct, frozen=True):
    """The number and what it is made of."""

    value: float | None
    """0 to 100; ``None``: too little is known."""
    parts: tuple[Part, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the parts that are not known."""
        return tuple(part.name for part in self.parts if part.score is None)


def index_of(scores: Mapping[str, float | None]) -> Index:
    """The weighted mean of the scores that are known, of parts that WEIGHTS has.

    >>> index_of({"return": 40.0, "completion": 60.0}).value
    50.0
    >>> index_of({"return": 40.0, "complaints": 90.0}).value is None
    True
    """
    parts = tuple(Part(name, scores.get(name), weight) for name, weight in WEIGHTS.items())
    known = [(part.score, part.weight) for part in parts if part.score is not None]
    whole = sum(weight for _, weight in known)
    if whole < LEAST_WEIGHT - 1e-9:
        return Index(None, parts)
    return Index(round(sum(score * weight for score, weight in known) / whole, 1), parts)


def score_of(name: str, value: float | None) -> float | None:
    """A measured value on the scale of the index: shares as they are, summaries of surveys from their worst to their best, complaints the
    other way round.

    >>> score_of("nps", 20.0), score_of("ces", 4.0), score_of("complaints", 1.0), score_of("return", 31.5)
    (60.0, 50.0, 80.0, 31.5)
    """
    if value is None:
        return None
    if name == "complaints":
        return round(100 * (1 - min(value, MOST_COMPLAINTS) / MOST_COMPLAINTS), 1)
    low, high = SCALES.get(name, (0.0, 100.0))
    return round(100 * min(max((value - low) / (high - low), 0.0), 1.0), 1)
