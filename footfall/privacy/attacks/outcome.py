"""What an attack came to."""

from collections.abc import Callable, Collection, Mapping

import msgspec

from footfall.privacy.budget import Noise

__all__ = ["Attack", "Draw", "HomeAttacks"]

Draw = Callable[[Mapping[str, int], Collection[str], Noise], dict[str, int]]
"""As ``privacy.noise.draw``. An attack is given the draw, so that a test can give it one with a bug in it."""


class Attack(msgspec.Struct, frozen=True, kw_only=True):
    """One attack, made. It failed, and so passed, where its rate is not over its bar."""

    name: str
    """Its number in docs/attacks.md; with ``home`` behind it where it was made on a home's own store."""
    title: str
    paper: str
    """Whose attack it is."""
    tried: str
    """What was done, in a few words."""
    rate: float
    """How far it got: a share of 1, unless ``tried`` names another unit."""
    bar: float
    """The most that it may get."""
    detail: str
    """A sentence with the figures."""
    passed: bool = False
    seconds: float = 0.0
    """That it took."""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "passed", self.rate <= self.bar)


class HomeAttacks(msgspec.Struct, frozen=True):
    """Those on a home's own store."""

    attacks: tuple[Attack, ...]
