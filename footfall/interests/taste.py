"""A visitor's interests as a few topics with weights, and a list put in their order. `content.js` counts the same in the browser.

Weights halve in thirty days, so they say what interests now; what is left of a topic after half a year or so is dropped.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import NamedTuple

import msgspec

__all__ = ["CAP", "HALF_LIFE_DAYS", "LEAST", "MOST_TOPICS", "Candidate", "Ranked", "Topics", "decayed", "learned", "ranked"]

HALF_LIFE_DAYS = 30
MOST_TOPICS, CAP, LEAST = 64, 20.0, 0.05
"""Topics kept, the most that one may weigh, and the least it weighs before it is dropped."""
Topics = tuple[tuple[str, float], ...]
"""What something is about: ids of topics with scores 0..1, the best first."""


class Candidate(msgspec.Struct, frozen=True):
    """One of a placement's list, which is the same for everybody."""

    item: int
    score: float
    """At least 0; how far in front it is before anybody's interests are looked at."""
    topics: Topics = ()
    pinned: bool = False
    """Editors put it in front: there it stays."""


class Ranked(NamedTuple):
    """A candidate in its place."""

    item: int
    topic: str
    """What put it there; empty where nobody's interests did."""


def decayed(weights: Mapping[str, float], days: float) -> dict[str, float]:
    """The weights so many days later.

    >>> decayed({"parks": 2.0, "taxes": 0.06}, 30)
    {'parks': 1.0}
    """
    part = 2 ** -(max(0.0, days) / HALF_LIFE_DAYS)
    return {topic: weight * part for topic, weight in weights.items() if weight * part >= LEAST}


def learned(weights: Mapping[str, float], topics: Topics) -> dict[str, float]:
    """The weights after something about these topics was looked at: the heaviest, at most MOST_TOPICS.

    >>> learned({"parks": 1.0}, (("taxes", 0.5), ("parks", 0.25)))
    {'parks': 1.25, 'taxes': 0.5}
    """
    grown = dict(weights)
    for topic, score in topics:
        grown[topic] = min(CAP, grown.get(topic, 0.0) + score)
    return dict(sorted(grown.items(), key=lambda one: (-one[1], one[0]))[:MOST_TOPICS])


def ranked(candidates: Sequence[Candidate], weights: Mapping[str, float], n: int) -> list[Ranked]:
    """The first ``n``: half of the order is everybody's, half is how much of what interests is in it. Without weights the list's own order.

    What is pinned stays in front as it is. A topic has at most a third of the places, as long as others can fill them.

    >>> parks, taxes = Candidate(1, 1.0, (("parks", 0.9),)), Candidate(2, 0.8, (("taxes", 0.9),))
    >>> ranked([parks, taxes], {"taxes": 3.0}, 2)
    [Ranked(item=2, topic='taxes'), Ranked(item=1, topic='')]
    """
    total = _sum(weights.values())
    if not total:
        return [Ranked(one.item, "") for one in candidates[:n]]
    pinned = [Ranked(one.item, "") for one in candidates if one.pinned]
    found = [(one, *_interest(one, weights, total)) for one in candidates if not one.pinned]
    best = max((one.score for one, _, _ in found), default=0.0) or 1.0
    dearest = max((interest for _, interest, _ in found), default=0.0) or 1.0
    found.sort(key=lambda one: -(one[0].score / best + one[1] / dearest))
    return [*pinned, *(Ranked(one.item, why) for one, _, why in _capped(found, max(1, ceil(n / 3))))][:n]


def _interest(candidate: Candidate, weights: Mapping[str, float], total: float) -> tuple[float, str]:
    parts = [(weights.get(topic, 0.0) / total * score, topic) for topic, score in candidate.topics]
    most = max((part for part, _ in parts), default=0.0)
    return _sum(part for part, _ in parts), next((topic for part, topic in parts if part == most and part > 0), "")


def _capped(found: list[tuple[Candidate, float, str]], most: int) -> list[tuple[Candidate, float, str]]:
    taken: dict[str, int] = {}
    chosen: list[tuple[Candidate, float, str]] = []
    rest: list[tuple[Candidate, float, str]] = []
    for one in found:
        topic = one[0].topics[0][0] if one[0].topics else ""
        taken[topic] = taken.get(topic, 0) + 1
        (rest if topic and taken[topic] > most else chosen).append(one)
    return chosen + rest


def _sum(numbers: Iterable[float]) -> float:
    # From left to right, as browsers add: Python's own sum() is more exact than they are.
    total = 0.0
    for number in numbers:
        total += number
    return total
