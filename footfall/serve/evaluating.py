"""``footfall evaluate``: how good a portal's lists are, by replaying its visits day by day; and what placements would get with other lists.

Visits stay in memory, one of a visitor's day is asked, and nothing but means over a hundred visitors a day leaves.
"""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from typing import Any

import msgspec
import numpy as np

from footfall.collect.days import day_of
from footfall.control.placements import list_placements
from footfall.errors import Conflict, Refused
from footfall.interests.evaluate import Answer, Clock, Measured, Ranks, measured, replay
from footfall.interests.items import Item
from footfall.interests.learning import content_vectors
from footfall.interests.peers import popular, together
from footfall.interests.recommender import Model, Request
from footfall.privacy import release_events
from footfall.privacy.policy import POLICIES
from footfall.serve.house import Desk
from footfall.serve.judging import Judged, judge
from footfall.serve.learner import CatalogueLearner
from footfall.store.visit_paths import visit_paths
from footfall.vocabulary import Portal

__all__ = ["LEAST_VISITS", "Evaluated", "Lists", "Replay", "evaluate", "joined", "sampled"]

LEAST_VISITS = 100
"""Of different visitors, of several pages: a day of fewer is left out."""
MOST_VISITS, VISIT_DAYS = 50_000, 30
MOST_CLICKS, LONGEST = 5_000, 30
"""Clicks that are asked for over all days, and pages of a visit that are looked at."""
SEALED = "Portal {domain!r} keeps no events: what its visits did is not held against lists. Its placements' results are on their page."
FEW = "Portal {domain!r} has fewer than two items that live. `footfall content add` and `content crawl` bring them."
Visits = Sequence[Sequence[int]]
Told = Callable[[date], None]


class Lists(msgspec.Struct, frozen=True, kw_only=True):
    """How good one way of making lists is: numbers of clicks in whole steps of the cohort, means to three decimals."""

    name: str
    """``recommended`` is what is served; ``popular`` and ``together`` are what it has to beat."""
    measured: Measured


class Evaluated(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay came to."""

    portal: str
    k: int
    """Length of the lists."""
    items: int
    days: list[str]
    left_out: list[str]
    """Days of too few visits."""
    least_visits: int
    lists: list[Lists]
    """Empty where every day is left out."""
    placements: list[Judged]


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for."""

    days: int
    k: int
    least: int
    """Visits of a day under which it is left out."""


def evaluate(desk: Desk, portal: Portal, days: int, k: int, told: Told = lambda day: None, clock: Clock = perf_counter) -> Evaluated:
    """Lists of ``k`` items held against the last ``days`` days, each by what was known before it; ``told`` of each day that is done.

    Raises:
        Conflict: the portal has no two items.
        Refused: the portal keeps no events.
        Unavailable: control or store is away.
    """
    if portal.may_be_sealed:
        raise Refused(SEALED, domain=portal.domain)
    learner = CatalogueLearner(desk)
    items = sorted((item for item in learner.items() if item.site == portal.id), key=lambda item: item.id)
    if len(items) < 2:
        raise Conflict(FEW, domain=portal.domain)
    least = max(LEAST_VISITS, POLICIES[desk.settings.policy].smallest_cohort)
    past = Past(desk, portal, learner, items)
    asked = Replay(days=min(days, portal.keep_events), k=k, least=least)
    found, left_out = past.replayed(asked, told, clock)
    return Evaluated(
        portal=portal.domain,
        k=k,
        items=len(items),
        days=[str(day) for day in found],
        left_out=[str(day) for day in left_out],
        least_visits=least,
        lists=_lists(list(found.values()), items, desk.settings.policy),
        placements=[judged for one in list_placements(desk.control, portal.id) for judged in judge(desk, one, past.today)],
    )


class Past:
    """A portal's visits of days that are over, as positions of its items."""

    def __init__(self, desk: Desk, portal: Portal, learner: CatalogueLearner, items: list[Item]) -> None:
        self._desk, self._portal, self._learner, self._items = desk, portal, learner, items
        self._at = {item.path: at for at, item in enumerate(items)}
        self.today = date.fromisoformat(day_of(portal.timezone, desk.now()))

    def replayed(self, asked: Replay, told: Told, clock: Clock) -> tuple[dict[date, dict[str, Ranks]], list[date]]:
        """By day what each way's lists came to; and the days that were left out."""
        found: dict[date, dict[str, Ranks]] = {}
        left_out = []
        for day in (self.today - timedelta(days=ago) for ago in range(asked.days, 0, -1)):
            visits = self._read((day, day), each=1)
            if len(visits) < asked.least:
                left_out.append(day)
            else:
                test = sampled(visits, MOST_CLICKS // asked.days, asked.least)
                ways = self._ways(day, asked.k)
                found[day] = {name: replay([[], test], _known(way), asked.k, clock) for name, way in ways.items()}
            told(day)
        return found, left_out

    def _ways(self, day: date, k: int) -> dict[str, Answer]:
        """What would have answered that day."""
        first = max(day - timedelta(days=VISIT_DAYS), self.today - timedelta(days=self._portal.keep_events))
        days = first, day - timedelta(days=1)
        before = self._read(days)
        model = self._learner.learn_as_of(self._portal, self._items, day)
        noon_ms = int(datetime.combine(day, time(12), UTC).timestamp() * 1000)
        return {
            "recommended": served(model, self._items, k, noon_ms),
            "popular": popular(before, k),
            "together": together(before, len(self._items), k),
        }

    def _read(self, days: tuple[date, date], **rest: Any) -> list[list[int]]:
        paths = visit_paths(self._desk.engine, self._portal.id, days, MOST_VISITS, **rest)
        visits = ([self._at[path] for path in visit if path in self._at][:LONGEST] for visit in paths)
        return [visit for visit in visits if len(set(visit)) > 1]


def served(model: Model, items: Sequence[Item], k: int, now_ms: int) -> Answer:
    """The model's own lists, without a placement, for a visitor of whom nothing but pages is known."""
    ids, at = [item.id for item in items], {item.id: number for number, item in enumerate(items)}

    def answer(history: tuple[int, ...]) -> list[int]:
        *recent, current = (ids[number] for number in history)
        asked = Request(site=items[0].site, current=current, recent=tuple(recent), n=k, now_ms=now_ms)
        return [at[choice.item] for choice in model.recommend(asked)]

    return answer


def _known(way: Answer) -> Callable[[Visits], Answer]:
    """It learned from more than is replayed."""
    return lambda visits: way


def sampled(visits: Visits, clicks: int, least: int) -> Visits:
    """Every so manyth visit, so that about so many clicks are asked for, but never fewer than ``least`` visits."""
    step = math.ceil(sum(len(visit) - 1 for visit in visits) / max(1, clicks))
    return visits[:: max(1, min(step, len(visits) // least))]


def joined(days: Sequence[Ranks]) -> Ranks:
    """All days' clicks as one."""
    return Ranks(
        np.concatenate([day.ranks for day in days]),
        np.concatenate([day.novel for day in days]),
        [listed for day in days for listed in day.lists],
        np.concatenate([day.seconds for day in days]),
    )


def _lists(days: Sequence[dict[str, Ranks]], items: Sequence[Item], policy: str) -> list[Lists]:
    vectors = content_vectors(items)
    ways = days[0] if days else ()
    whole = ((name, measured(joined([day[name] for day in days]), len(items), vectors)) for name in ways)
    return [Lists(name=name, measured=_released(one, policy)) for name, one in whole]


def _released(whole: Measured, policy: str) -> Measured:
    counts = {name: release_events(getattr(whole, name), policy, each=1).answer for name in ("questions", "novel_questions")}
    means = {name: round(getattr(whole, name), 3) for name in whole.__struct_fields__ if name not in counts}
    return Measured(**counts, **means)
