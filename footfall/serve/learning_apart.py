"""Learning in a process of its own where there is much to be learned of."""

from collections.abc import Mapping, Sequence

import msgspec

from footfall.interests.items import Item
from footfall.interests.learning import Counts, known_of, version_of
from footfall.interests.recommender import Known
from footfall.serve.own_process import Apart

__all__ = ["Learned", "Order", "learned"]

FEW = 5_000
"""Items and pairs of pages that are learned of sooner here than a process starts."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be learned."""

    items: Sequence[Item]
    counts: Mapping[int, Counts]
    """By portal."""


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    known: Mapping[int, Known]
    version: str


def learned(order: Order) -> Learned:
    """Learned here where there is little, else apart.

    Raises:
        subprocess.SubprocessError: as ``Apart.found``.
    """
    if len(order.items) + sum(len(one.pairs) for one in order.counts.values()) < FEW:
        return _learned(order)
    bare = [msgspec.structs.replace(item, summary="", text="") for item in order.items]  # nothing is learned of them, and they are long
    return Apart(_learned, msgspec.structs.replace(order, items=bare)).found()


def _learned(order: Order) -> Learned:
    known = known_of(order.items, order.counts)
    return Learned(known=known, version=version_of(known))
