"""What days of a kind do to a series: learned from such days in the past, its own and its group's, never from those ahead."""

import msgspec
import numpy as np

from footfall.trends.calendar import BRIDGE, HOLIDAY, WORKDAY
from footfall.trends.panel import Floats, Ints
from footfall.trends.season import HALF_LIFE_DAYS, Buckets, Fit, ratio

__all__ = ["Effects", "SpecialDay", "effects_ahead", "learn", "surprises"]

BESIDE_DAYS = 14
"""Days before and after from which the level of a special day is told."""
FADING_DAYS = 21.0
"""In which a special day of another name loses half its weight."""
OTHERS = 20.0
"""A group of fewer series leans on all of them."""
LOWEST, HIGHEST = np.log(0.1), np.log(10.0)
HALF = 0.5
"""Added to counts before a logarithm."""


class SpecialDay(msgspec.Struct, frozen=True, eq=False):
    """A bucket of a special day that is past, and what came of it."""

    at: int
    kind: str
    name: str
    slot: int
    effect: Floats
    """[series]: logarithm of what came over what an ordinary day would have brought; ``nan`` where unknown."""


Effects = tuple[SpecialDay, ...]


def learn(values: Floats, buckets: Buckets, fitted: Fit) -> Effects:
    """The special days among the buckets of ``values`` [series, buckets], oldest first."""
    end, reach = values.shape[1], BESIDE_DAYS * buckets.per_day
    ordinary, against = buckets.ordinary(end), fitted.profile[:, buckets.slots[:end]]
    found = []
    for at in np.flatnonzero(~ordinary):
        near = slice(max(0, at - reach), at + reach + 1)
        away = np.abs(np.arange(end)[near] - at)
        weights = 0.5 ** (away / (HALF_LIFE_DAYS * buckets.per_day)) * ordinary[near]
        usual = against[:, at] * ratio(values[:, near], against[:, near], weights)
        effect = np.clip(np.log((values[:, at] + HALF) / (usual + HALF)), LOWEST, HIGHEST)
        found.append(SpecialDay(int(at), buckets.kinds[at], buckets.names[at], int(buckets.slots[at]), effect))
    return tuple(found)


def effects_ahead(known: Effects, ahead: Buckets, now: int, fitted: Fit, groups: Ints) -> Floats:
    """[series, buckets]: logarithms for buckets from ``now`` on, 0 for ordinary ones.

    A day's effect is half its own series' and half its group's mean over past days of its kind, which count less the older they are; a day
    of the same name counts as if it were of yesterday. Where none of its kind is known, a holiday is like the series' own Sunday, a bridge
    half so, and a weekend that is worked on like a working day.
    """
    found = np.zeros((len(groups), len(ahead.kinds)))
    for place, kind in enumerate(ahead.kinds):
        if kind:
            alike = _alike(known, ahead, place)
            found[:, place] = _pooled(alike, ahead, place, now, groups) if alike else _guess(kind, int(ahead.slots[place]), ahead, fitted)
    return found


def surprises(known: Effects, buckets: Buckets, fitted: Fit, groups: Ints) -> dict[str, Floats]:
    """By kind [days, series]: how far each past special day was from what those before its own run of days had told of it."""
    found: dict[str, list[Floats]] = {}
    for one in known:
        begin = one.at
        while begin and buckets.kinds[begin - 1]:
            begin -= 1
        before = tuple(other for other in known if other.at < begin)
        part = _part(buckets, one.at)
        told = effects_ahead(before, part, begin, fitted, groups)[:, 0]
        found.setdefault(one.kind, []).append(np.nan_to_num(one.effect - told))
    return {kind: np.array(rows) for kind, rows in found.items()}


def _part(buckets: Buckets, at: int) -> Buckets:
    return Buckets(buckets.slots[at : at + 1], buckets.kinds[at : at + 1], buckets.names[at : at + 1], buckets.per_day)


def _alike(known: Effects, ahead: Buckets, place: int) -> list[SpecialDay]:
    """Of its kind, at the same hour; weekends and working days apart where there are such."""
    slot, hours = int(ahead.slots[place]), ahead.per_day
    same = [one for one in known if one.kind == ahead.kinds[place] and one.slot % hours == slot % hours]
    return [one for one in same if _is_weekend(one.slot, hours) == _is_weekend(slot, hours)] or same


def _is_weekend(slot: int, per_day: int) -> bool:
    return slot // per_day >= 5


def _pooled(alike: list[SpecialDay], ahead: Buckets, place: int, now: int, groups: Ints) -> Floats:
    ages = np.array([(now - one.at) / ahead.per_day for one in alike])
    weights = 0.5 ** (ages / FADING_DAYS) + np.array([one.name == ahead.names[place] != "" for one in alike])
    effects = np.array([one.effect for one in alike])
    known = np.isfinite(effects)
    below = (weights[:, None] * known).sum(axis=0)
    own = np.where(below > 0, (weights[:, None] * np.where(known, effects, 0.0)).sum(axis=0) / np.maximum(below, 1e-300), 0.0)
    whole = float(np.median(own))
    pooled = {group: _leaning(own[groups == group], whole) for group in np.unique(groups)}
    found: Floats = (own + np.array([pooled[group] for group in groups])) / 2
    return found


def _leaning(own: Floats, whole: float) -> float:
    return float((np.median(own) * len(own) + whole * OTHERS) / (len(own) + OTHERS))


def _guess(kind: str, slot: int, ahead: Buckets, fitted: Fit) -> Floats:
    hour, hours = slot % ahead.per_day, ahead.per_day
    usual = fitted.profile[:, slot]
    if kind == WORKDAY:
        like = fitted.profile[:, [day * hours + hour for day in range(5)]].mean(axis=1)
    else:
        like = fitted.profile[:, 6 * hours + hour]
    share = {HOLIDAY: 1.0, WORKDAY: 1.0, BRIDGE: 0.5}.get(kind, 0.0)
    found: Floats = share * np.clip(np.log((like + HALF) / (usual + HALF)), LOWEST, HIGHEST)
    return found if kind == WORKDAY else np.minimum(found, 0.0)
