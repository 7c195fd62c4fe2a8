"""What may be shown, how fresh it is, and how alike a list's items may be. Editors' rules come last and always hold."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from footfall.interests.neighbours import Ints
from footfall.interests.request import Request, Rules
from footfall.interests.shelf import KINDS, Bools, Shelf

__all__ = ["allowed", "diverse", "freshness", "near", "places_for_seldom", "seldom"]

DAY_MS = 86_400_000
FRESH: Mapping[str, tuple[float, float]] = {"article": (0.5, 7.0), "event": (0.3, 14.0)}
"""Most that being new adds, and the days in which half of it goes. Services, forms and pages never age."""
ELSEWHERE = 0.7
"""What an item of some district keeps of its score where the visitor's district is not known."""
KEEP = 0.7
"""λ of MMR: what counts of an item's own score; the rest is how little it is like those before it."""
SELDOM_EVERY, SELDOM, LEAST_USUAL = 5, 0.8, 0.02
"""Of every five places the last one goes to what is seldom listed: by score over usual score to this power; usual is at least 2 %."""
SPAN, OF_A_TOPIC = 6, 2
"""Among six in a row at most two are of the same topic, while there are others that are worth it."""
WORTH, SELDOM_WORTH = 0.5, 0.4
"""Of the score of what would stand there otherwise: what stands there for another topic, or as seldom listed, has this share at least."""


def allowed(shelf: Shelf, request: Request, *, strict: bool) -> Bools:
    """Which positions may be shown: alive, in their time, not blocked, and what the placement takes.

    ``strict``: also in the visitor's language and district, and not seen just now. The current item is never shown.
    """
    found = (shelf.weight > 0) & (shelf.valid_from_ms <= request.now_ms) & (shelf.valid_to_ms > request.now_ms)
    if request.placement:
        found &= _taken(shelf, request.placement.rules, request.now_ms)
        found[shelf.positions(request.placement.blocked)] = False
    if strict:
        found &= _in_language(shelf, request.language) & _in_district(shelf, request.district)
        found[shelf.positions(request.recent)] = False
    if request.current is not None:
        found[shelf.positions((request.current,))] = False
    return found


def _taken(shelf: Shelf, rules: Rules, now_ms: int) -> Bools:
    found = np.ones(len(shelf.ids), dtype=np.bool_)
    if rules.kinds:
        found &= np.array([kind in rules.kinds for kind in KINDS])[shelf.kind]
    if rules.languages:
        found &= _any(shelf.language, ("", *rules.languages), len(found))
    if rules.districts:
        found &= _any(shelf.district, ("", *rules.districts), len(found))
    if rules.max_age_days:
        found &= shelf.published_ms >= now_ms - rules.max_age_days * DAY_MS
    if rules.topics:
        found &= _of_topics(shelf, rules.topics)
    return found


def _any(flags: Mapping[str, Bools], values: Sequence[str], size: int) -> Bools:
    found = np.zeros(size, dtype=np.bool_)
    for value in values:
        if value in flags:
            found |= flags[value]
    return found


def _of_topics(shelf: Shelf, topics: Sequence[str]) -> Bools:
    found = np.zeros(len(shelf.ids), dtype=np.bool_)
    for topic in topics:
        if topic in shelf.topic:
            found[shelf.topic[topic][0]] = True
    return found


def _in_language(shelf: Shelf, language: str) -> Bools:
    return _any(shelf.language, ("", language), len(shelf.ids)) if language else np.ones(len(shelf.ids), dtype=np.bool_)


def _in_district(shelf: Shelf, district: str) -> Bools:
    return _any(shelf.district, ("", district), len(shelf.ids)) if district else np.ones(len(shelf.ids), dtype=np.bool_)


def freshness(shelf: Shelf, now_ms: int) -> NDArray[np.float32]:
    """Factor by position: 1 + boost · ½^(age / half-life) by kind; 1 where nobody knows when it was published."""
    boost = np.array([FRESH.get(kind, (0.0, 1.0))[0] for kind in KINDS], dtype=np.float32)[shelf.kind]
    days = np.array([FRESH.get(kind, (0.0, 1.0))[1] for kind in KINDS], dtype=np.float32)[shelf.kind]
    age = np.maximum(now_ms - shelf.published_ms, 0) / DAY_MS
    found: NDArray[np.float32] = np.where(shelf.published_ms > 0, 1 + boost * np.exp2(-age / days), 1).astype(np.float32)
    return found


def near(shelf: Shelf, district: str) -> NDArray[np.float32]:
    """Factor by position: what is of a district counts less where the visitor's is not known."""
    found: NDArray[np.float32] = np.where(shelf.anywhere() | bool(district), 1, ELSEWHERE).astype(np.float32)
    return found


def places_for_seldom(n: int) -> int:
    """How many places at a list's end are for what other lists do not show: one of five, none of four."""
    return n // SELDOM_EVERY


def seldom(scores: NDArray[np.float32], usual: NDArray[np.float32], best: float) -> NDArray[np.float32]:
    """Scores over what each item usually gets: what is on every list anyway has to be much better to come again.

    0 for what is not worth it beside ``best``, the score of what would stand there otherwise.
    """
    found = np.zeros_like(scores)
    at = np.flatnonzero(scores >= SELDOM_WORTH * best)
    found[at] = scores[at] / np.maximum(usual[at], LEAST_USUAL) ** SELDOM
    return found


def diverse(
    candidates: Ints, scores: NDArray[np.float32], vectors: NDArray[np.float32], topics: Ints, chosen: Sequence[int], n: int
) -> list[int]:
    """Positions, ``chosen`` first, filled up to ``n`` by MMR: the best of λ · score - (1 - λ) · likeness to the likest one before.

    ``scores`` are of ``candidates``; ``vectors`` (of length 1) and ``topics`` of every position. No topic comes a third time in six while
    a candidate of another is left that is worth it: on a portal of one subject nobody is sent elsewhere.
    """
    found = list(chosen)[:n]
    held = ~(candidates[:, None] == np.array(found, dtype=np.int32)).any(axis=1)
    candidates, scores = candidates[held], scores[held] / max(float(scores.max(initial=0)), 1e-12)
    mine, their_topics, own = vectors[candidates], topics[candidates], KEEP * scores
    likest = (mine @ vectors[found].T).max(axis=1, initial=0) if found else np.zeros(len(candidates), dtype=np.float32)
    free = np.ones(len(candidates), dtype=np.bool_)
    while len(found) < min(n, len(chosen) + len(candidates)):
        may = _open(free, scores, their_topics, topics[found[-SPAN + 1 :]].tolist())
        pick = int(np.where(may, own - (1 - KEEP) * likest, -np.inf).argmax())
        found.append(int(candidates[pick]))
        free[pick] = False
        likest = np.maximum(likest, mine @ mine[pick])
    return found


def _open(free: Bools, scores: NDArray[np.float32], topics: Ints, before: Sequence[int]) -> Bools:
    """Candidates whose topic is not full, and those beside which the best of these is not worth it."""
    full = [topic for topic in set(before) if topic >= 0 and before.count(topic) >= OF_A_TOPIC]
    if not full:
        return free
    others = free.copy()
    for topic in full:
        others &= topics != topic
    if not others.any():
        return free
    found: Bools = others | (free & (WORTH * scores > scores[others].max()))
    return found
