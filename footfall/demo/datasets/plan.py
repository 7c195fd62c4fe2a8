"""What every source of the made city shares: its days, its habits, who lives in it, and how what was written is counted."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path

import msgspec

from footfall.demo.city import LEISURE_WEEK, WORKING_WEEK
from footfall.demo.datasets.people import PLANTED_PEOPLE, Person, make_people

__all__ = ["DEADLINE_DAY", "Season", "SourceTruth", "Sums", "clock", "dirty", "make_season", "moment", "seconds_of"]

DEADLINE_DAY = 20
"""Day of the month by which the city's bills are to be paid."""
Sums = dict[tuple[str, ...], int]


class SourceTruth(msgspec.Struct):
    """What one dataset's files hold: a load of all of them, once, has to come to these figures."""

    files: list[Path] = []
    """In the order in which the office would send them."""
    rows: int = 0
    """Rows, records or entries, the faulty ones among them."""
    faults: Counter[str] = msgspec.field(default_factory=Counter)
    """Faulty rows by reason: a contract that asks for clean rows refuses exactly these."""
    sums: dict[str, Sums] = {}
    """Of the rows without fault, ``measure by key, key`` → the keys' values → whole number (money in cents, time in seconds).
    Hours are ``YYYY-MM-DDTHH``, days ``YYYY-MM-DD``, both local. Nothing is folded: cells below any cohort are here too."""

    @property
    def good(self) -> int:
        """Rows without fault."""
        return self.rows - sum(self.faults.values())

    def total(self, name: str) -> int:
        """All of that table's cells together."""
        return sum(self.sums[name].values())

    def write(self, path: Path, content: str | bytes, *, rows: int) -> None:
        """Writes a file and counts its rows."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.files.append(path)
        self.rows += rows

    def add(self, name: str, cells: Iterable[tuple[tuple[str, ...], int]]) -> None:
        """Adds to the cells of a table."""
        table = self.sums.setdefault(name, {})
        for key, value in cells:
            table[key] = table.get(key, 0) + value

    def put(self, name: str, key: tuple[str, ...], value: int) -> None:
        """Adds to one cell of a table."""
        table = self.sums.setdefault(name, {})
        table[key] = table.get(key, 0) + value

    def count(self, name: str, keys: Iterable[tuple[str, ...]]) -> None:
        """Adds one to a table's cell for each of these."""
        self.add(name, Counter(keys).items())


class Season(msgspec.Struct, frozen=True, kw_only=True):
    """The days that files are made for, and the people in them. Local days; the city knows no clock change."""

    seed: int
    first_day: date
    days: int
    scale: float
    """Factor of every number of rows; 1 is the demo's size."""
    people: tuple[Person, ...]

    def chance(self, source: str, *parts: object) -> random.Random:
        """Dice of their own for a source and a part of it, so that no source moves another's."""
        return random.Random("|".join(map(str, (self.seed, source, *parts))))

    @property
    def dates(self) -> tuple[date, ...]:
        """Every day, from the first."""
        return tuple(self.first_day + timedelta(days=number) for number in range(self.days))

    @property
    def weeks(self) -> list[tuple[date, ...]]:
        """Days by calendar week; the first and last may be short."""
        return _runs(self.dates, lambda day: day.isocalendar()[:2])

    @property
    def months(self) -> list[tuple[date, ...]]:
        """Days by calendar month; the first and last may be short."""
        return _runs(self.dates, lambda day: (day.year, day.month))

    @property
    def festival(self) -> tuple[date, ...]:
        """The event week at the stadium: the last whole Monday to Sunday, or what the season has of one."""
        whole = [week for week in self.weeks if len(week) == 7]
        return whole[-1] if whole else self.weeks[-1]

    def work(self, day: date) -> float:
        """How busy offices are."""
        return WORKING_WEEK[day.weekday()]

    def leisure(self, day: date) -> float:
        """How busy the rest of the city is; the festival week is busier."""
        return LEISURE_WEEK[day.weekday()] * (1.25 if day in self.festival else 1.0)

    def deadline(self, day: date) -> float:
        """How many more pay as the deadline comes near: three days before it, and on it."""
        return {0: 2.6, 1: 2.2, 2: 1.8, 3: 1.4}.get(DEADLINE_DAY - day.day, 1.0)

    def passers(self, dice: random.Random) -> Iterator[Person]:
        """Whose rows come next, without end. First those that tests look for, so that a source of 25 rows holds them all."""
        yield from self.people[:PLANTED_PEOPLE]
        while True:
            yield dice.choice(self.people)

    def number(self, dice: random.Random, mean: float) -> int:
        """Rows of a day whose mean at scale 1 is given; a tenth up or down, never below four: a week holds all whom tests look for."""
        return max(4, round(mean * self.scale * dice.uniform(0.9, 1.1)))


def make_season(*, seed: int, first_day: date, days: int, scale: float = 1.0) -> Season:
    """Days and people for the generators; the same arguments make the same files to the byte."""
    people = make_people(seed, most=max(60, round(3000 * scale)))
    return Season(seed=seed, first_day=first_day, days=days, scale=scale, people=people)


def seconds_of(dice: random.Random, hours: tuple[int, ...], number: int) -> list[int]:
    """That many seconds of a day, ascending, by the weights of its 24 hours."""
    return sorted(hour * 3600 + int(dice.random() * 3600) for hour in dice.choices(range(24), hours, k=number))


def clock(second: int) -> str:
    """A second of the day as it is written.

    >>> clock(3_661)
    '01:01:01'
    """
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def moment(day: date, second: int) -> datetime:
    """That second of that day, local, without a zone."""
    return datetime(day.year, day.month, day.day) + timedelta(seconds=second)


def dirty(dice: random.Random, one_in: int) -> bool:
    """Whether this row is one of the spoilt."""
    return dice.randrange(one_in) == 0


def _runs(days: tuple[date, ...], of: Callable[[date], object]) -> list[tuple[date, ...]]:
    return [tuple(group) for _, group in groupby(days, of)]
