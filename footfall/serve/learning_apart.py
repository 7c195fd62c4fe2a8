"""Learning in a process of its own: requests wait for the interpreter of theirs, and that one's work is not in their way.

What is learned of goes to its stdin and what was learned comes from its stdout, as Python objects: both ends are ours, nothing is on disk.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence

import msgspec

from footfall.interests.items import Item
from footfall.interests.learning import Counts, known_of, version_of
from footfall.interests.recommender import Known

__all__ = ["Learned", "Order", "learned", "main"]

FEW = 5_000
"""Items and pairs of pages that are learned of sooner here than a process starts."""
NICE, LONGEST_S = 10, 900


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
        subprocess.SubprocessError: the other process ended otherwise than it should, or took too long.
    """
    if len(order.items) + sum(len(one.pairs) for one in order.counts.values()) < FEW:
        return _learned(order)
    # Not -m: what that process makes would be of a module __main__, which is another one here.
    command = [sys.executable, "-c", "from footfall.serve.learning_apart import main; main()"]
    found = subprocess.run(command, input=pickle.dumps(order, protocol=5), stdout=subprocess.PIPE, timeout=LONGEST_S, check=True).stdout
    result: Learned = pickle.loads(found)
    return result


def _learned(order: Order) -> Learned:
    known = known_of(order.items, order.counts)
    return Learned(known=known, version=version_of(known))


def main() -> None:
    """Write what an order on stdin comes to to stdout."""
    os.nice(NICE)
    sys.stdout.buffer.write(pickle.dumps(_learned(pickle.load(sys.stdin.buffer)), protocol=5))
