"""What is asked, and what is answered."""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from footfall.interests.reasons import Reason

__all__ = ["Choice", "Placement", "Request", "Rules"]


class Rules(Protocol):
    """What a placement takes; an empty list takes all."""

    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def topics(self) -> tuple[str, ...]: ...
    @property
    def districts(self) -> tuple[str, ...]: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def max_age_days(self) -> int:
        """Since publication; 0 is no limit."""


class Placement(Protocol):
    """A place on a page that is filled by recommendations, as its editors set it up."""

    @property
    def id(self) -> str: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def pins(self) -> tuple[int, ...]:
        """Items that come first, in this order."""

    @property
    def blocked(self) -> tuple[int, ...]:
        """Items that never appear."""

    @property
    def explore(self) -> float:
        """Share of shown items that are tried out, 0 to .1."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an answer depends on besides the model: there is no state of anybody."""

    site: int
    current: int | None = None
    """The item that is being looked at."""
    recent: tuple[int, ...] = ()
    """Items looked at before, oldest first."""
    topics: Mapping[str, float] = {}
    """Interest by topic, 0 to 1."""
    district: str = ""
    language: str = ""
    n: int = 6
    placement: Placement | None = None
    weights: Mapping[str, float] = {}
    """Factors of the blend's weights by way: the settings of a placement's arm."""
    now_ms: int
    seed: int = 0
    """Of exploration: ``explore.window_seed``, so that everybody in a window is given the same draw."""


class Choice(msgspec.Struct, frozen=True):
    """One recommended item."""

    item: int
    score: float
    reason: Reason
    propensity: float = 1.0
    """Probability, over exploration's draws, that this item stood at this position for this request."""
