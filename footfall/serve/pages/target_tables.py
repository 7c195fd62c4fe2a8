"""Targets as rows to take away: one line a target, and one target day by day."""

from collections.abc import Iterable
from typing import Any

from footfall.control.targets import Target
from footfall.serve.pages.language import N_, Language
from footfall.serve.pages.target_words import DIRECTION_WORDS, STATE_WORDS, TARGET_METRICS
from footfall.serve.target_progress import Progress

__all__ = ["day_rows", "target_rows"]

HEAD = (
    *(N_("Target"), N_("Counted"), N_("Filters"), N_("At least or at most"), N_("Value"), N_("Unit"), N_("First day"), N_("Last day")),
    *(N_("State"), N_("So far"), N_("Up to"), N_("Chance, %"), N_("Lowest likely"), N_("Highest likely"), N_("Owner")),
)
DAYS_HEAD = (N_("Day"), N_("Up to now"), N_("At least, nine times in ten"), N_("Likely"), N_("At most, nine times in ten"))


def target_rows(targets: Iterable[Progress], spoken: Language) -> list[list[Any]]:
    """The names of the columns, then the targets; numbers that may not be told are empty."""
    return [[spoken.text(name) for name in HEAD], *(_row(one, spoken) for one in targets)]


def day_rows(told: Progress, spoken: Language) -> list[list[Any]]:
    """The names of the columns, then the days of the target's graph."""
    rows = [[one.day.isoformat(), *map(_figure, (one.came, one.low80, one.median, one.high80))] for one in told.days]
    return [[spoken.text(name) for name in DAYS_HEAD], *rows]


def _figure(value: float | None) -> float | None:
    """As the pages show it."""
    if value is None:
        return None
    return round(value) if value >= 100 or value == round(value) else round(value, 2)


def _row(told: Progress, spoken: Language) -> list[Any]:
    one, ahead = told.target, told.outlook
    wanted = [*_counted(one, spoken), spoken.text(DIRECTION_WORDS[one.direction]), _figure(one.value), told.unit]
    came = [spoken.text(STATE_WORDS[told.state]), _figure(told.so_far), told.until.isoformat() if told.until else None]
    likely = [round(100 * ahead.chance), _figure(ahead.low80), _figure(ahead.high80)] if ahead else [None, None, None]
    return [one.name, *wanted, told.first.isoformat(), told.last.isoformat(), *came, *likely, one.owner]


def _counted(one: Target, spoken: Language) -> list[str]:
    """What is counted, and whether of some of it alone."""
    if one.measure is not None:
        return [" · ".join(name for name in (one.measure.dataset, one.measure.measure, one.measure.place) if name), ""]
    assert one.question is not None
    name = one.question.metrics[0]
    return [spoken.text(TARGET_METRICS.get(name, name)), spoken.text(N_("filtered")) if one.question.filters else ""]
