"""How a portal's targets do: what came so far, the forecast of the rest, the chance, and the state."""

from datetime import UTC, date, datetime, timedelta
from zlib import crc32

import msgspec
import numpy as np

from footfall.control.targets import Found, Target
from footfall.errors import BadInput, BadQuestion, NotFound, Refused
from footfall.sentences import NOTHING, Sentence
from footfall.serve.house import Desk
from footfall.serve.planned import calendar_of
from footfall.serve.target_series import Counted, Histories, Span, count_measure, count_question
from footfall.trends.forecast import FEWEST_DAYS, Forecast, forecast_many
from footfall.trends.panel import Floats
from footfall.trends.season import buckets_of
from footfall.trends.targets import Outlook, State, Wanted, outlook, state_of
from footfall.vocabulary import Portal

__all__ = ["Day", "Progress", "progress_of", "span_of", "suggested_value"]

DAY = timedelta(days=1)
WHOLE, LOW, MIDDLE, HIGH = 100, 0.1, 0.5, 0.9
KNOWN = 0.9
"""Share of its days that another series is known on to be learned from."""
TOO_FEW = Sentence("Too few visitors so far to tell.")
TOO_SHORT = Sentence("There is too little history for a forecast.")
COARSE = Sentence("The data come by week or more: there is no forecast.")


class Day(msgspec.Struct, frozen=True):
    """The number at the end of a day: a sum from the first day on, or a mean where days do not add up."""

    day: date
    came: float | None
    """``None`` for days ahead, and where it is not known."""
    median: float | None = None
    """Of what is likely, for days ahead."""
    low80: float | None = None
    high80: float | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """A target in its present period."""

    target: Target
    first: date
    last: date
    until: date | None
    """The last day that is counted; ``None`` before the first."""
    so_far: float | None
    """``None``: too few to tell."""
    outlook: Outlook | None = None
    state: State
    days: tuple[Day, ...] = ()
    unit: str = ""
    adds: bool = True
    why: Sentence = NOTHING
    """Why there is no number, or no forecast."""


def progress_of(desk: Desk, portal: Portal, found: Found, histories: Histories) -> Progress:
    """The target's numbers; what may not be asked or answered leaves its sentence and the state ``unknown``.

    Raises:
        Unavailable: the store is away.
    """
    target = found.target
    period = span_of(target, histories.past.last + DAY)
    try:
        counted = _counted(desk, portal, target, period, histories)
    except (BadQuestion, BadInput, NotFound, Refused) as error:
        return Progress(target=target, first=period.first, last=period.last, until=None, so_far=None, state="unknown", why=error.sentence)
    ahead = _ahead(desk, portal, target, counted, period, histories)
    return _told(found, period, counted, ahead)


def span_of(target: Target, today: date) -> Span:
    """The days of the target, or the week of ``today``."""
    if target.every:
        monday = today - timedelta(days=today.weekday())
        return Span(monday, monday + 6 * DAY)
    return Span(date.fromisoformat(target.starts), date.fromisoformat(target.due))


def suggested_value(desk: Desk, portal: Portal, target: Target) -> float:
    """A value that is reached three times in ten, whatever the target's own is.

    Raises:
        BadInput: there is too little to suggest one.
    """
    told = progress_of(desk, portal, Found(target, "", ""), Histories(desk, portal))
    if told.outlook is None:
        raise BadInput("No value can be suggested: {why} Give one.", why=told.why or TOO_FEW)
    return told.outlook.suggested


def _counted(desk: Desk, portal: Portal, target: Target, period: Span, histories: Histories) -> Counted:
    if target.measure is not None:
        return count_measure(desk, target.measure, period)
    assert target.question is not None
    over = Span(period.first, min(period.last, histories.past.last))
    return count_question(desk, portal, target.question, over, histories.past)


def _ahead(desk: Desk, portal: Portal, target: Target, counted: Counted, period: Span, histories: Histories) -> Forecast | None:
    """Days after the counted ones up to the period's last; ``None`` where the past is too short, or nothing is ahead."""
    horizon = (period.last - counted.past.last).days
    if horizon <= 0 or np.isfinite(counted.values).sum() < FEWEST_DAYS:
        return None
    first, skipped = counted.past.first, (counted.past.first - histories.past.first).days
    others = [_unhidden(other[skipped:]) for other in (histories.others if target.question else ())]
    # A series that began later would be as if nobody had been expected on its first days.
    rows = [counted.values, *(other for other in others if np.isfinite(other).mean() > KNOWN)]
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    buckets = buckets_of(start, "day", len(rows[0]) + horizon, calendar_of(desk.settings, counted.past.last))
    seed = crc32(f"{portal.id} {period.last}".encode())
    return forecast_many(np.array(rows), np.zeros(len(rows), dtype=np.int32), buckets, seed=seed).one(0)


def _unhidden(values: Floats) -> Floats:
    return np.where(values > 0, values, np.nan)


def _told(found: Found, period: Span, counted: Counted, ahead: Forecast | None) -> Progress:
    target = found.target
    wanted = Wanted(target.value, target.direction, counted.adds)
    until = min(period.last, counted.past.last) if counted.past.last >= period.first else None
    done = Span(period.first, until or period.first - DAY)
    paths = None if ahead is None else ahead.paths[:, max(0, (period.first - counted.past.last).days - 1) :]
    seen = None if paths is None or counted.whole is None else outlook(wanted, counted.whole, done.days, paths)
    before = found.state if found.period == period.last.isoformat() else ""
    is_over = until == period.last
    return Progress(
        target=target,
        first=period.first,
        last=period.last,
        until=until,
        so_far=counted.whole,
        outlook=seen,
        state=state_of(wanted, counted.whole, seen.chance if seen else None, is_over=is_over, before=before),
        days=_days(period, done, counted, paths if seen else None),
        unit=counted.unit,
        adds=counted.adds,
        why=NOTHING if seen or is_over else _why(counted),
    )


def _why(counted: Counted) -> Sentence:
    if counted.whole is None:
        return TOO_FEW
    return COARSE if counted.is_coarse else TOO_SHORT


def _days(period: Span, done: Span, counted: Counted, paths: Floats | None) -> tuple[Day, ...]:
    """The number as it ran up to now, then as it is likely to go on."""
    place = (period.first - counted.past.first).days
    values = np.array([counted.values[at] if 0 <= at < len(counted.values) else 0.0 for at in range(place, place + done.days)])
    ran = _running(values[None, :], counted.adds)[0] if len(values) and len(counted.values) else np.zeros(0)
    # Hidden days are in the whole and not in their sum: the last day says the whole.
    scale = counted.whole / ran[-1] if counted.whole and len(ran) and np.isfinite(ran[-1]) and ran[-1] > 0 else 1.0
    past = [Day(period.first + DAY * at, float(number * scale) if np.isfinite(number) else None) for at, number in enumerate(ran)]
    if paths is None or counted.whole is None:
        return tuple(past)
    if counted.adds:
        ends = counted.whole + np.cumsum(paths, axis=1)
    else:
        ends = (counted.whole * done.days + np.cumsum(paths, axis=1)) / (done.days + np.arange(1, paths.shape[1] + 1))
    low, median, high = np.quantile(ends, (LOW, MIDDLE, HIGH), axis=0)
    begin = period.first + DAY * done.days
    rest = zip(median, low, high, strict=True)
    return (*past, *(Day(begin + DAY * at, None, *(float(one) for one in numbers)) for at, numbers in enumerate(rest)))


def _running(values: Floats, adds: bool) -> Floats:
    """[series, days]: sums up to each day, or means of what is known."""
    known = np.isfinite(values)
    sums = np.cumsum(np.where(known, values, 0.0), axis=1)
    found: Floats = sums if adds else sums / np.maximum(np.cumsum(known, axis=1), 1)
    return found
