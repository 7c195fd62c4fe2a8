"""What a ledger's lines add up to, and the most that they may."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from footfall.control.chain import Entry, Line, days_of

__all__ = ["DECIMALS", "Caps", "overspent", "spent_by_day"]

DECIMALS, DELTA_DECIMALS = 9, 15
"""ρ and δ are added up to so many: a sum of shares is their whole, not a hair over it."""


class Caps(msgspec.Struct, frozen=True, kw_only=True):
    """Most ρ and δ that a unit may be charged. The code's own constants, handed in."""

    releases: Mapping[str, float]
    """By release, a day."""
    day: float
    """All releases together, a day."""
    month: float
    """``month_days`` days in a row together."""
    month_days: int
    delta: float
    """Most δ that all releases together may be charged, a day."""
    units: Mapping[str, "Caps"] = {}
    """Units with an account of their own, whose costs add up among themselves: theirs."""


def spent_by_day(entries: Iterable[Entry]) -> dict[str, float]:
    """ρ charged to each service day. A line of a week is charged to each of its days in full: each unit is of one."""
    return {day: round(rho, DECIMALS) for day, rho in _by_day((entry, entry.rho) for entry in entries)}


def overspent(lines: Sequence[Line], caps: Caps, new: Entry | None = None) -> Iterator[str]:
    """A sentence for each cap that a group's spent lines, and a new entry with them, go over; of a new one only what it touches."""
    entries: list[Entry] = [line for line in lines if line.state == "spent"]
    for unit in [new.unit] if new else sorted({entry.unit for entry in entries}):
        yield from _overspent([entry for entry in entries if entry.unit == unit], caps.units.get(unit, caps), new)


def _overspent(entries: list[Entry], caps: Caps, new: Entry | None) -> Iterator[str]:
    touched = set(days_of(new)) if new else None
    entries += [new] if new else []
    for release in sorted({entry.release for entry in entries}):
        cap = caps.releases.get(release, 0.0)
        yield from _days_over(spent_by_day(entry for entry in entries if entry.release == release), cap, touched, f"release {release}")
    by_day = spent_by_day(entries)
    yield from _days_over(by_day, caps.day, touched, "all releases together")
    yield from _months_over(by_day, caps, touched)
    for day, delta in _by_day((entry, entry.delta) for entry in entries):
        if round(delta, DELTA_DECIMALS) > caps.delta and (touched is None or day in touched):
            yield f"On {day} all releases together would cost δ {delta:g}; the most is {caps.delta:g}."


def _by_day(costs: Iterable[tuple[Entry, float]]) -> Iterator[tuple[str, float]]:
    found: defaultdict[str, list[float]] = defaultdict(list)
    for entry, cost in costs:
        for day in days_of(entry):
            found[day].append(cost)
    for day, parts in sorted(found.items()):
        yield day, math.fsum(parts)


def _days_over(by_day: Mapping[str, float], cap: float, touched: set[str] | None, whose: str) -> Iterator[str]:
    for day, rho in by_day.items():
        if rho > cap and (touched is None or day in touched):
            yield f"On {day} {whose} would cost ρ {rho:g}; the most is {cap:g}."


def _months_over(by_day: Mapping[str, float], caps: Caps, touched: set[str] | None) -> Iterator[str]:
    """A month that goes over is told by its first day that has anything: each other month with the same days goes over no more."""
    for day in by_day:
        month = {(date.fromisoformat(day) + timedelta(days=ahead)).isoformat() for ahead in range(caps.month_days)}
        rho = round(math.fsum(by_day.get(other, 0.0) for other in month), DECIMALS)
        if rho > caps.month and (touched is None or month & touched):
            yield f"The {caps.month_days} days from {day} on would cost ρ {rho:g}; the most is {caps.month:g}."
