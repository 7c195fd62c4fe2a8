"""How much each way of finding items counts on one portal, by what its own visits went on to.

The same weights cannot be right everywhere: where every page has the subject of its neighbours the words of a title say nothing, where
visitors all want the same few pages they are best shown these. The last visits are asked of a model of those before: after each page,
at which place would the next one stand? Weights are climbed one after the other on every second question, and kept only where they do
better on the others too. What leaves is a choice of steps, made over a hundred visits and more.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

import msgspec
import numpy as np
from numpy.typing import NDArray

from footfall.interests.blend import BLENDS, Blends, Way, shares_of
from footfall.interests.items import Item
from footfall.interests.learning import Counts, learn
from footfall.interests.recommender import Model, Texts
from footfall.interests.request import Request

__all__ = ["tuned"]

HELD, LEAST = 1_000, 100
"""Visits that are asked, a fifth of all at most; and fewest that a weight may be chosen by."""
MOST_QUESTIONS, MOST_CELLS = 600, 4_000_000
"""Of one length of history; questions times items are held in memory."""
STEPS = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
GAIN, ROUNDS = 0.002, 2
"""Least that a step must bring in mean reciprocal rank; times that each weight is looked at."""

Weights = Mapping[Way, float]
Floats = NDArray[np.float32]


class Asked(msgspec.Struct, frozen=True):
    """Questions, a row each."""

    said: Mapping[Way, Floats]
    """What each way says of every item, 0 for what may not be shown."""
    may: NDArray[np.bool_]
    wanted: NDArray[np.int64]

    def part(self, first: int) -> "Asked":
        """Every second one."""
        return Asked({way: said[first::2] for way, said in self.said.items()}, self.may[first::2], self.wanted[first::2])

    def reached(self, weights: Weights) -> float:
        """Mean reciprocal rank of what was wanted; behind what has the same score."""
        total = sum((weights.get(way, 0.0) * said for way, said in self.said.items()), np.zeros_like(self.may, dtype=np.float32))
        score = np.take_along_axis(total, self.wanted[:, None], axis=1)
        return float((1 / ((total >= score) & self.may).sum(axis=1)).mean())


def tuned(items: Sequence[Item], counts: Counts, texts: Texts | None, now_ms: int) -> Blends:
    """Weights for the items of one portal; the usual ones where it keeps no visits, or has too few."""
    visits = counts.sessions or []
    held = min(HELD, len(visits) // 5)
    if held < LEAST or not items:
        return BLENDS
    before = msgspec.structs.replace(counts, sessions=visits[:-held], blends=BLENDS)
    model = learn(items, {items[0].site: before}, texts)
    questions = [request for visit in visits[-held:] for request in _questions(visit, items[0].site, now_ms)]
    return BLENDS[0], _climbed(model, items, questions, 1), _climbed(model, items, questions, 2)


Question = tuple[Request, int]


def _questions(visit: Sequence[int], site: int, now_ms: int) -> list[Question]:
    """After each page, where the next one was not yet seen."""
    return [
        (Request(site=site, current=visit[at - 1], recent=tuple(visit[: at - 1]), now_ms=now_ms), visit[at])
        for at in range(1, len(visit))
        if visit[at] not in visit[:at]
    ]


def _climbed(model: Model, items: Sequence[Item], questions: Sequence[Question], length: int) -> Weights:
    """The weights of that place in ``BLENDS``, or better ones."""
    usual, most = BLENDS[length], min(MOST_QUESTIONS, MOST_CELLS // len(items))
    of_length = (one for one in reversed(questions) if (len({*one[0].recent, one[0].current}) >= 3) == (length == 2))
    asked = _asked(model, sorted(item.id for item in items), list(islice(of_length, most)))
    if len(asked.wanted) < LEAST:
        return usual
    found = _steps(usual, [way for way in asked.said if way in usual], asked.part(0).reached)
    return found if asked.part(1).reached(found) > asked.part(1).reached(usual) else usual


def _steps(usual: Weights, ways: Sequence[Way], reached: Callable[[Weights], float]) -> Weights:
    best, most = dict(usual), reached(usual)
    for way in [*ways] * ROUNDS:
        tried = [{**best, way: step} for step in STEPS]
        values = [reached(one) for one in tried]
        if max(values) > most + GAIN:
            best, most = tried[int(np.argmax(values))], max(values)
    return _as_loud(best, usual, ways)


def _as_loud(found: Weights, usual: Weights, ways: Sequence[Way]) -> Weights:
    """Together as much as before, so that what visits say nothing of, interests and district, keeps its part."""
    loud = sum(usual[way] for way in ways) / max(sum(found[way] for way in ways), 1e-9)
    return {way: round(weight * loud, 4) if way in ways else weight for way, weight in found.items()}


def _asked(model: Model, ids: Sequence[int], questions: Sequence[Question]) -> Asked:
    at = {id: position for position, id in enumerate(ids)}
    size = (len(questions), len(ids))
    said: dict[Way, Floats] = {"popular": np.zeros(size, dtype=np.float32)}
    may = np.zeros(size, dtype=np.bool_)
    for row, (request, wanted) in enumerate(questions):
        heard = model.hear(request)
        may[row] = heard.may
        said["popular"][row] = heard.popular * heard.worth
        for leg in heard.legs:
            if len(leg.ids):
                said.setdefault(leg.way, np.zeros(size, dtype=np.float32))[row, leg.ids] = shares_of(leg) * heard.worth[leg.ids]
        may[row, at[wanted]] = True
    return Asked(said, may, np.array([at[wanted] for _, wanted in questions], dtype=np.int64))
