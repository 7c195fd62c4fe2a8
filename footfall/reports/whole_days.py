"""Service days whose rows are known to lie in a range: statements need not read their times, which take as long as all the rest.

The roll-up knows it: by a day's totals it names the local days that the day's rows are on. Service days that are not rolled up, or are in
the range by half (visits that reach into it over midnight; a portal that moved to another time zone), are read by their times. So is all of
a cluster, where putting both kinds of days together would bring their rows to one machine.
"""

from datetime import date, timedelta

import msgspec

from footfall.local_time import local_midnight
from footfall.reports.periods import Period
from footfall.reports.question import Question
from footfall.store.rollup import Asked, Day, Span, days_of, reaching, spans_of

__all__ = ["REACH_DAYS", "Days", "days_around", "open_days"]

REACH_DAYS = 7
"""Days before the range in which a visit that reaches into it may have begun."""
MANY_ROWS = 500_000
"""Events and visits of days that are rolled up. With fewer, looking for whole days takes longer than it saves."""


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """The service days that have rows in a range."""

    whole: tuple[date, ...]
    """All of their rows are in it; an event is on the local day of that name."""
    partial: tuple[date, ...] = ()
    """Some may be."""


def days_around(table: str, question: Question, engine: Asked) -> Days | None:
    """What is known of the table's days; ``None``: nothing that helps, every row's time decides."""
    period, site = question.period, question.portal.id
    if engine.sharded or not period.is_of_whole_days or question.time_unit in ("hour", "minute"):
        return None
    held = days_of(engine, {site: period.timezone}, period.first - timedelta(days=REACH_DAYS), period.last + timedelta(days=1))
    if sum(one.rows for one in held if one.fresh) < MANY_ROWS:
        return None
    days = [one for one in held if one.day >= period.first - timedelta(days=REACH_DAYS if table == "visits" else 1)]
    opened = open_days(table, question, days, engine)
    spans = spans_of(engine, table, site, [one for one in days if one.fresh])
    whole = tuple(sorted(one.day for one in days if _is_whole(table, one.day, spans.get(one.day, ()), period)))
    partial = {day for day in spans if day not in whole and _may_meet(day, spans[day], period)}
    return Days(whole=whole, partial=tuple(sorted(partial.union(opened)))) if whole else None


def open_days(table: str, question: Question, days: list[Day], engine: Asked) -> list[date]:
    """Days that are not rolled up, or no longer, and may have rows in the range: today is seldom one of a range that ended yesterday."""
    period = question.period
    found = [one.day for one in days if not one.fresh]
    outside = [day for day in found if not period.first <= day <= period.last]
    met = reaching(engine, table, question.portal.id, outside, (period.from_ms, period.to_ms))
    return [day for day in found if day not in outside or day in met]


def _may_meet(day: date, spans: tuple[Span, ...], period: Period) -> bool:
    return period.first <= day <= period.last or any(_meets(span, period) for span in spans)


def _is_whole(table: str, day: date, spans: tuple[Span, ...], period: Period) -> bool:
    if not spans or not period.first <= day <= period.last:
        return False
    if table == "events":
        midnight = local_midnight(day, period.zone) // 1000
        return spans == ((midnight, midnight),)
    return all(_meets(span, period) for span in spans)


def _meets(span: Span, period: Period) -> bool:
    return span[0] * 1000 < period.to_ms and span[1] * 1000 >= period.from_ms
