"""From a request to a list: everything known is asked, blended, held against the rules, made diverse, and given its reason."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from footfall.interests import explore, rerank
from footfall.interests.blend import Blended, Leg, combine, weights_for
from footfall.interests.neighbours import Ints, Neighbours
from footfall.interests.reasons import Reason
from footfall.interests.request import Choice, Placement, Request, Rules
from footfall.interests.shelf import Bools, Shelf

__all__ = ["Choice", "Heard", "Known", "Model", "Placement", "Request", "Rules", "Texts"]

HOUR_MS = 3_600_000
HISTORY = 10
"""Pages of a history that are asked by, the latest."""
ALIKE = 100
"""Items that the text of the current one is asked for."""
POOL = 48
"""Best candidates that are made a diverse list of; four times as many as asked for where that is more."""


class Texts(Protocol):
    """What is written alike: ``footfall.interests.text.TextIndex``."""

    def similar(self, asked: int | str, n: int) -> list[tuple[int, float]]:
        """Items by their ids with a score, best first, for an item or a text; none for an item that it does not know."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned of one portal; every array is by the position of an item on the shelf."""

    shelf: Shelf
    pairs: Neighbours
    """By co-visits, P(other | page) / popularity^.3."""
    ease: Neighbours
    popular: NDArray[np.float32]
    """0 to 1, by the logarithm of visitors."""
    often: NDArray[np.float32]
    """Share of all visitors that saw it, 0 where nobody knows."""
    rising: tuple[Ints, NDArray[np.float32]]
    """Positions and how much they rise."""
    vectors: NDArray[np.float32]
    """Of what items are about, of length 1."""
    usual: NDArray[np.float32]
    """What an item gets from the histories of all visitors, as far as co-visits tell; the most usual has 1."""
    shown: Mapping[str, explore.Shown] = {}
    """By placement."""


class Heard(msgspec.Struct, frozen=True):
    """Everything that speaks for or against items before it is weighed; arrays are by position."""

    history: list[int]
    legs: list[Leg]
    worth: NDArray[np.float32]
    may: Bools
    """What may be shown."""


class Model:
    """A snapshot of what is known of every portal. It is never changed; another takes its place."""

    def __init__(self, known: Mapping[int, Known], texts: Texts | None, version: str) -> None:
        self.version = version
        self._known, self._texts = known, texts
        self._alike: dict[int, tuple[Ints, NDArray[np.float32]]] = {}
        self._worths: dict[tuple[int, int, bool], NDArray[np.float32]] = {}
        self._pools: dict[tuple[str, int], explore.Pool] = {}

    def recommend(self, request: Request) -> tuple[Choice, ...]:
        """At most ``request.n`` items of the portal, best first, pins before all, each with a reason.

        Where nothing is left in the visitor's language and district that was not just seen, these are let go; what a placement's editors
        ruled out, or blocked, never appears. Empty where the portal has no live item that these allow besides the current one.
        The same request has the same answer from the same model.
        """
        known = self._known.get(request.site)
        if known is None or request.n < 1:
            return ()
        heard = self.hear(request)
        pins = _pins(known.shelf, request, heard.may)
        blended = combine(heard.legs, weights_for(len(heard.history), request.weights), known.popular)
        scores = blended.scores * heard.worth
        listed = _listed(known, heard, scores, pins, request.n)
        trial = self._trial(known, request, listed, len(pins), heard.may)
        return tuple(
            _choice(known.shelf, place, position, heard.legs, blended, scores, len(pins), trial)
            for place, position in enumerate(_tried(listed, trial))
        )

    def hear(self, request: Request) -> Heard:
        """What a list of a portal that is known is made of."""
        known = self._known[request.site]
        may = rerank.allowed(known.shelf, request, strict=True)
        if not may.any():
            may = rerank.allowed(known.shelf, request, strict=False)
        history = _history(known.shelf, request)
        return Heard(history, self._legs(known, request, history), self._worth(request), may)

    def _legs(self, known: Known, request: Request, history: list[int]) -> list[Leg]:
        legs = [_by_history(known.pairs, history, "pairs"), _by_history(known.ease, history, "ease")] if history else []
        if history and self._texts:
            legs.append(Leg("text", "similar", *self._similar(known.shelf, history[-1]), history[-1]))
        if history:
            seen = np.flatnonzero(known.often).astype(np.int32)
            legs.append(Leg("often", "popular", seen, known.often[seen], -1))
        legs += _by_topics(known.shelf, request.topics)
        legs.append(Leg("rising", "rising", *known.rising, -1))
        if request.district in known.shelf.district and request.district:
            of_it = np.flatnonzero(known.shelf.district[request.district]).astype(np.int32)
            legs.append(Leg("district", "district", of_it, 0.5 + 0.5 * known.popular[of_it], -1))
        return legs

    def _worth(self, request: Request) -> NDArray[np.float32]:
        """What an item's score is times, whoever asks: the editor's weight, freshness by the hour, and of a district or not."""
        key = (request.site, request.now_ms // HOUR_MS, bool(request.district))
        if key not in self._worths:
            if len(self._worths) > 2 * len(self._known):
                self._worths.clear()
            shelf = self._known[request.site].shelf
            self._worths[key] = shelf.weight * rerank.freshness(shelf, key[1] * HOUR_MS) * rerank.near(shelf, request.district)
        return self._worths[key]

    def _similar(self, shelf: Shelf, position: int) -> tuple[Ints, NDArray[np.float32]]:
        item = int(shelf.ids[position])
        if item not in self._alike and self._texts:
            found = [(shelf.at[other], score) for other, score in self._texts.similar(item, ALIKE) if other != item and other in shelf.at]
            ids, scores = np.array(found, dtype=np.float32).reshape(-1, 2).T
            self._alike[item] = ids.astype(np.int32), np.sqrt(scores)
        return self._alike[item]

    def _trial(self, known: Known, request: Request, listed: list[int], pinned: int, may: Bools) -> explore.Trial:
        placement = request.placement
        if placement is None or placement.explore <= 0:
            return explore.Trial(None)
        if (placement.id, request.seed) not in self._pools:
            if len(self._pools) > 1_000:
                self._pools.clear()
            everybody = Request(site=request.site, now_ms=request.now_ms, placement=placement)
            shown = known.shown.get(placement.id, {})
            pool = explore.pool_of(known.shelf.ids, rerank.allowed(known.shelf, everybody, strict=False), shown, request.seed)
            self._pools[placement.id, request.seed] = pool
        return explore.try_out(self._pools[placement.id, request.seed], listed, pinned, may, placement.explore)


def _history(shelf: Shelf, request: Request) -> list[int]:
    seen = request.recent if request.current is None else (*request.recent, request.current)
    return list(dict.fromkeys(reversed(shelf.positions(seen))))[:HISTORY][::-1]


def _pins(shelf: Shelf, request: Request, may: Bools) -> list[int]:
    """Pinned items that may be shown, in their order; that one was just seen does not take its place from it."""
    if request.placement is None or not request.placement.pins:
        return []
    anew = rerank.allowed(shelf, _forgetful(request), strict=True) | may
    return [pin for pin in dict.fromkeys(shelf.positions(request.placement.pins)) if anew[pin]][: request.n]


def _forgetful(request: Request) -> Request:
    return msgspec.structs.replace(request, recent=())


def _by_history(neighbours: Neighbours, history: Sequence[int], way: str) -> Leg:
    """The sum over the history; each item owes to the page that gave it most."""
    size = len(neighbours.ids)
    total, best = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
    of = np.full(size, -1, dtype=np.int32)
    spoken = [neighbours.of(page) for page in history]
    ids, scores = np.concatenate([ids for ids, _ in spoken]), np.concatenate([scores for _, scores in spoken])
    np.add.at(total, ids, scores)
    np.maximum.at(best, ids, scores)
    pages = np.repeat(np.array(history, dtype=np.int32), [len(ids) for ids, _ in spoken])
    # Of equal pages the first: of what is put at a place several times, the last stays.
    most = np.flatnonzero((scores > 0) & (scores == best[ids]))[::-1]
    of[ids[most]] = pages[most]
    found = np.flatnonzero(total > 0).astype(np.int32)
    return Leg("ease" if way == "ease" else "pairs", "looked", found, total[found], of[found])


def _by_topics(shelf: Shelf, topics: Mapping[str, float]) -> list[Leg]:
    """One leg for all: the best of interest times the item's score, with the number of the topic."""
    best, of = np.zeros(len(shelf.ids), dtype=np.float32), np.full(len(shelf.ids), -1, dtype=np.int32)
    names = list(shelf.topic)
    for number, topic in enumerate(names):
        if topics.get(topic, 0) > 0:
            ids, scores = shelf.topic[topic]
            worth = scores * np.float32(topics[topic])
            better = ids[worth > best[ids]]
            best[ids] = np.maximum(best[ids], worth)
            of[better] = number
    found = np.flatnonzero(best > 0).astype(np.int32)
    return [Leg("topics", "topic", found, best[found], of[found])] if len(found) else []


def _listed(known: Known, heard: Heard, scores: NDArray[np.float32], pins: list[int], n: int) -> list[int]:
    kept = rerank.places_for_seldom(n) if heard.history else 0
    listed = _filled(known, heard.may, scores, pins, n - kept)
    left = heard.may.copy()
    left[listed] = False
    if not kept or not left.any():
        return listed
    return _filled(known, heard.may, rerank.seldom(scores, known.usual, float(scores[left].max())), listed, n)


def _filled(known: Known, may: Bools, scores: NDArray[np.float32], before: list[int], n: int) -> list[int]:
    room = max(POOL, 4 * n)
    candidates = np.flatnonzero(may & (scores > 0)).astype(np.int32)
    if len(candidates) > room:
        candidates = candidates[scores[candidates] >= np.partition(scores[candidates], -room)[-room]]
    else:
        rest = np.flatnonzero(may & (scores <= 0))[: room - len(candidates)]
        candidates = np.concatenate([candidates, rest.astype(np.int32)])
    theirs = scores[candidates]
    order = np.lexsort((candidates, -theirs))[:room]
    return rerank.diverse(candidates[order], theirs[order], known.vectors, known.shelf.first_topic, before, max(n, len(before)))


def _tried(listed: list[int], trial: explore.Trial) -> list[int]:
    return [trial.position if place == trial.place else position for place, position in enumerate(listed)]


def _choice(
    shelf: Shelf,
    place: int,
    position: int,
    legs: Sequence[Leg],
    blended: Blended,
    scores: NDArray[np.float32],
    pinned: int,
    trial: explore.Trial,
) -> Choice:
    score, item = round(float(scores[position]), 6), int(shelf.ids[position])
    if place < pinned:
        return Choice(item, score, Reason("editors"))
    if place == trial.place:
        return Choice(item, score, Reason("explore"), trial.propensity)
    leg = legs[blended.leg[position]] if blended.leg[position] >= 0 else None
    return Choice(item, score, _reason(shelf, leg, int(blended.of[position]), blended.scores[position] > 0), trial.kept)


def _reason(shelf: Shelf, leg: Leg | None, of: int, is_known: bool) -> Reason:
    if leg is None:
        return Reason("popular" if is_known else "other")
    if leg.reason == "topic":
        return Reason("topic", list(shelf.topic)[of])
    return Reason(leg.reason, int(shelf.ids[of]) if of >= 0 else "")
