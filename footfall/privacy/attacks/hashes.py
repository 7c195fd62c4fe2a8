"""A8: whose hash is this? All addresses there are, hashed and compared."""

from collections.abc import Callable, Collection, Iterable

from footfall.privacy.attacks.outcome import Attack

__all__ = ["brute_force", "search"]

LEAST_CONTROL = 0.99
Guess = Callable[[int], int]
"""The id that somebody at that number of the address space would have."""


def search(targets: Collection[int], guesses: Iterable[Guess], space: int) -> int:
    """How many of the ids are found by hashing the whole space in each of these ways."""
    wanted, found = set(targets), set()
    for guess in guesses:
        found |= wanted.intersection(map(guess, range(space)))
    return len(found)


def brute_force(targets: Collection[int], *, salt_known: Guess, salt_gone: Iterable[Guess], again: Collection[int], space: int) -> Attack:
    """The ids of one portal and day. ``salt_known`` hashes with the day's salt: the control, without which finding nothing says nothing.
    ``salt_gone`` are the ways of somebody who has everything but it; ``again`` are the ids of the same people on other days and sites."""
    control = search(targets, [salt_known], space) / len(targets)
    found, same = search(targets, salt_gone, space), len(set(targets) & set(again))
    rate = (found + same) / len(targets) if control >= LEAST_CONTROL else 1.0
    return Attack(
        name="A8",
        title="Brute force of hashed ids",
        paper="New York taxis 2014; AEPD and EDPS 2019",
        tried=f"{len(targets):,} ids, {space:,} addresses hashed under the salt, and under all that can be derived when it is gone",
        rate=rate,
        bar=0.0,
        detail=f"With the salt {control:.1%} are found (at least {LEAST_CONTROL:.0%} must be); without it {found} of {len(targets):,}; "
        f"{same} are the same on another day or portal.",
    )
