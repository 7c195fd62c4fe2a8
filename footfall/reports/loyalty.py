"""Loyalty: who comes back. Within a day of everybody; over days of devices alone that agreed to be recognised, as each told itself.

Such a device keeps on itself when it was here and tells classes of it once a day (decision 0023). Nothing here has an id of a device, and
no two days are joined: what is counted over weeks is counted by "first day of the week" and "weeks since the first day".
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from importlib.resources import files

import msgspec

from footfall.privacy import Released
from footfall.reports.question import Question
from footfall.reports.run import EngineLike, answer_of, with_data
from footfall.reports.wilson import Rate, rate_of
from footfall.vocabulary import Answer, Row

__all__ = ["ACTIVE", "PARTS", "SINCE", "Curve", "Returning", "Share", "loyalty", "returning"]

DEVICES, REPEATS = (files("footfall.reports").joinpath(name).read_text(encoding="utf-8") for name in ("devices.sql", "repeats.sql"))
SINCE = ("new", "1", "2-6", "7-13", "14-29", "30+")
"""Days since a device was last here, as it tells them."""
ACTIVE = ("1", "2-3", "4-7", "8+")
"""Days of the last 28 on which it was here, this one among them."""
TIMES = ("1", "2", "3+")
"""Visits of a visitor on one day."""
WEEKS = 12
"""A device's agreement ends after 90 days, so it can be followed for so many weeks."""
BEGAN, CAME = "began", "came back"
PARTS = ("repeat", "agreed", "return", "recency", "frequency", "stickiness", "retention")


class Told(msgspec.Struct, frozen=True):
    """Devices of one day that told the same."""

    day: date
    since: str
    age: int
    """Weeks since the week of the first day, 0 to 13."""
    active: str
    is_first_of_week: bool
    is_first_of_month: bool
    devices: int


class Share(msgspec.Struct, frozen=True):
    """One class of a whole, as it may be shown."""

    name: str
    visitors: int | None
    share: float | None
    """Percent of the whole."""


class Curve(msgspec.Struct, frozen=True):
    """A point of the retention curve: of those who began so many weeks before, how many came in that week."""

    week: int
    began: int
    rate: Rate | None
    """``None``: too few came back, or too few did not."""


class Returning(msgspec.Struct, frozen=True, kw_only=True):
    """All of it as it may be shown; what is ``None`` or empty was too few to tell, or there was none."""

    visitors: int | None
    """Visitors by day, all."""
    repeat: tuple[Share, ...]
    agreed: Rate | None
    """Visitors by day who agreed to be recognised, of all."""
    return_rate: Rate | None
    """Devices of a week that had been here in a week before, of those that agreed."""
    recency: tuple[Share, ...]
    frequency: tuple[Share, ...]
    stickiness: float | None
    """Devices of a mean day, percent of those of the month."""
    month: str
    """The last whole month, YYYY-MM, that it is of."""
    retention: tuple[Curve, ...]

    @property
    def repeat_rate(self) -> float | None:
        """Percent of a day's visitors who came more than once that day; ``None`` where it is not told."""
        once = next((one.share for one in self.repeat if one.name == "1"), None)
        return None if once is None else round(100 - once, 1)


def loyalty(question: Question, engine: EngineLike, complete_until_ms: int | None = None) -> dict[str, Answer]:
    """An answer by each name of PARTS, not yet released. Filters do not matter; all go by whole service days.

    Retention looks back as many weeks as a device is followed, stickiness at the last whole month: both may begin before the period.

    Raises:
        BadQuestion: it takes too long.
        Unavailable: the store is away.
    """
    question = with_data(question, engine)
    first, last = question.period.first, question.period.last
    month = whole_month_before(last + timedelta(days=1))
    told = _devices(question, engine, min(month, monday(first) - timedelta(weeks=WEEKS)), last)
    inside = [one for one in told if first <= one.day <= last]
    rows = {
        **_repeats(question, engine),
        "return": _nested(
            _count(inside, lambda one: one.is_first_of_week), _count(inside, lambda one: one.is_first_of_week and one.age > 0)
        ),
        "recency": _classes(inside, SINCE, lambda one: one.since),
        "frequency": _classes([one for one in inside if one.is_first_of_week], ACTIVE, lambda one: one.active),
        "stickiness": _sticky(told, month),
        "retention": _retained(told, first, last),
    }
    related = {"retention": "paths", "agreed": "chain", "return": "chain", "stickiness": "chain"}
    return {
        name: answer_of(question, rows[name], complete_until_ms, related=related.get(name, "parts") if rows[name] else "") for name in PARTS
    }


def returning(released: dict[str, Released[Answer]]) -> Returning:
    """What the released answers say, with intervals."""
    rows = {name: one.answer.rows for name, one in released.items()}
    month = rows["stickiness"][0].dimensions[0] if rows["stickiness"] else ""
    return Returning(
        visitors=_number(rows["repeat"][0]) if rows["repeat"] else None,
        repeat=_shares(rows["repeat"]),
        agreed=_rate(rows["agreed"]),
        return_rate=_rate(rows["return"]),
        recency=_shares(rows["recency"]),
        frequency=_shares(rows["frequency"]),
        stickiness=_stickiness(rows["stickiness"]),
        month=month,
        retention=tuple(_curve(rows["retention"])),
    )


def monday(day: date) -> date:
    """That of its week."""
    return day - timedelta(days=day.weekday())


def whole_month_before(day: date) -> date:
    """The first day of the last month that is over on that day.

    >>> str(whole_month_before(date(2026, 3, 1))), str(whole_month_before(date(2026, 1, 31)))
    ('2026-02-01', '2025-12-01')
    """
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _devices(question: Question, engine: EngineLike, first: date, last: date) -> list[Told]:
    given = {"site": question.portal.id, "first": first, "last": last, "classes": list(SINCE), "often": list(ACTIVE)}
    return [
        Told(date.fromisoformat(day), since, int(age), active, week == "first", month == "first", int(devices))
        for day, since, age, active, week, month, devices in engine.query(DEVICES, given, name="devices")
    ]


def _repeats(question: Question, engine: EngineLike) -> dict[str, list[Row]]:
    given = {"site": question.portal.id, "first": question.period.first, "last": question.period.last}
    by_times: Counter[int] = Counter()
    agreed = 0
    for times, is_agreed, visitors in engine.query(REPEATS, given, name="repeats"):
        by_times[int(times)] += int(visitors)
        agreed += int(visitors) if is_agreed else 0
    repeat = _parts([(name, by_times[place]) for place, name in enumerate(TIMES, start=1)])
    return {"repeat": repeat, "agreed": _nested(by_times.total(), agreed)}


def _count(told: Iterable[Told], test: Callable[[Told], bool]) -> int:
    return sum(one.devices for one in told if test(one))


def _classes(told: Iterable[Told], names: tuple[str, ...], of: Callable[[Told], str]) -> list[Row]:
    found: Counter[str] = Counter()
    for one in told:
        found[of(one)] += one.devices
    return _parts([(name, found[name]) for name in names])


def _sticky(told: Iterable[Told], month: date) -> list[Row]:
    """Days of devices in the month, and devices: the days on which each was here for the first time that month."""
    days = [one for one in told if one.day.replace(day=1) == month]
    return _nested(_count(days, lambda one: True), _count(days, lambda one: one.is_first_of_month), name=f"{month:%Y-%m}")


def _retained(told: Iterable[Told], first: date, last: date) -> list[Row]:
    """By weeks since the first: who began so many weeks before one of the period's whole weeks, and who of them was here in that week."""
    here: dict[date, Counter[int]] = defaultdict(Counter)
    for one in told:
        if one.is_first_of_week:
            here[monday(one.day)][one.age] += one.devices
    begin = monday(first + timedelta(days=6))
    weeks = [begin + timedelta(weeks=place) for place in range(((last - begin).days + 1) // 7)]
    rows = []
    for age in range(1, WEEKS + 1):
        began = sum(here[week - timedelta(weeks=age)][0] for week in weeks)
        came = sum(min(here[week][age], here[week - timedelta(weeks=age)][0]) for week in weeks)
        rows += [
            Row((str(age), name), (devices,), devices, keys=(age, place))
            for place, (name, devices) in enumerate([(BEGAN, began), (CAME, came)])
        ]
    return rows


def _parts(found: list[tuple[str, int]]) -> list[Row]:
    counts = [("", sum(visitors for _, visitors in found)), *found]
    return [Row((name,), (visitors,), visitors, keys=(place,)) for place, (name, visitors) in enumerate(counts)]


def _nested(whole: int, part: int, name: str = "") -> list[Row]:
    return [Row((name,), (whole,), whole, keys=(0,)), Row((name,), (part,), part, keys=(1,))]


def _number(row: Row) -> int | None:
    return row.metrics[0] if isinstance(row.metrics[0], int) else None


def _shares(rows: tuple[Row, ...]) -> tuple[Share, ...]:
    """Classes of a whole; none where the whole is not told, or is nothing."""
    whole = _number(rows[0]) if rows else None
    if not whole:
        return ()
    found = [(row.dimensions[0], _number(row)) for row in rows[1:]]
    return tuple(Share(name, number, None if number is None else round(100 * number / whole, 1)) for name, number in found)


def _rate(rows: tuple[Row, ...]) -> Rate | None:
    whole, part = (_number(row) for row in rows) if len(rows) == 2 else (None, None)
    return rate_of(part, whole) if whole and part is not None else None


def _stickiness(rows: tuple[Row, ...]) -> float | None:
    days, devices = (_number(row) for row in rows) if len(rows) == 2 else (None, None)
    if not days or not devices:
        return None
    first = date.fromisoformat(f"{rows[0].dimensions[0]}-01")
    length = ((first + timedelta(days=31)).replace(day=1) - first).days
    return round(100 * days / length / devices, 1)


def _curve(rows: tuple[Row, ...]) -> Iterable[Curve]:
    by_week: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_week[row.dimensions[0]].append(row)
    for week, pair in by_week.items():
        began = _number(pair[0])
        if began:
            yield Curve(int(week), began, _rate(tuple(pair)))
