"""Visitors of the demo city who agreed to be recognised: what their devices tell, as ``returning.js`` has them tell it."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from footfall.demo.city import DemoPortal

__all__ = ["with_agreed"]

AGREE, AGREE_A_DAY = 0.9, 0.04
"""Of all visitors: who would, and who of them does on a day."""
KEPT_DAYS, RECENT_DAYS = 90, 28
SINCE = ((30, "30+"), (14, "14-29"), (7, "7-13"), (2, "2-6"), (1, "1"))
ACTIVE = ((8, "8+"), (4, "4-7"), (2, "2-3"), (1, "1"))


class _Device(msgspec.Struct):
    """One device from its agreement on."""

    habit: float
    """Chance that a day of its is one of this device's: people have others."""
    stays: int
    """Days after which it comes no more."""
    days: list[date] = []

    def told(self, day: date) -> dict[str, str]:
        """What it tells on that day, which is now one of its own."""
        last = self.days[-1] if self.days else None
        self.days.append(day)
        recent = sum(one > day - timedelta(days=RECENT_DAYS) for one in self.days)
        return {
            "since": "new" if last is None else _classed((day - last).days, SINCE),
            "age": str((_monday(day) - _monday(self.days[0])).days // 7),
            "active": _classed(recent, ACTIVE),
            "week": "again" if last is not None and _monday(last) == _monday(day) else "first",
            "month": "again" if last is not None and (last.year, last.month) == (day.year, day.month) else "first",
        }


def with_agreed(portal: DemoPortal, lines: bytes, *, seed: int) -> Iterator[bytes]:
    """The lines, by time, and behind the first page view of a day of a device that agreed what it tells of itself."""
    zone, devices, told = ZoneInfo(portal.timezone), dict[str, _Device | None](), set[tuple[str, date]]()
    for line in lines.splitlines(keepends=True):
        yield line
        if b'"pageview"' not in line:
            continue
        event = msgspec.json.decode(line)
        name, day = event["visitor"], datetime.fromisoformat(event["timestamp"]).astimezone(zone).date()
        if name not in devices:
            devices[name] = _somebody(random.Random(f"{seed}|agreed|{portal.domain}|{name}"))
        device = devices[name]
        if device is None or (name, day) in told:
            continue
        told.add((name, day))
        if _comes(device, day, random.Random(f"{seed}|agreed|{portal.domain}|{name}|{day}")):
            yield msgspec.json.encode(event | {"name": "Returning", "interactive": False, "props": device.told(day)}) + b"\n"


def _somebody(chance: random.Random) -> _Device | None:
    if chance.random() >= AGREE:
        return None
    return _Device(chance.uniform(0.3, 0.9), min(KEPT_DAYS - 1, round(chance.expovariate(1 / 25))))


def _comes(device: _Device, day: date, chance: random.Random) -> bool:
    habit = device.habit if device.days else AGREE_A_DAY
    return chance.random() < habit and (not device.days or (day - device.days[0]).days <= device.stays)


def _classed(number: int, classes: tuple[tuple[int, str], ...]) -> str:
    return next(name for least, name in classes if number >= least)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
