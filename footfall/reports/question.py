"""A question to the stats API, parsed once and validated; beyond this module nobody sees the caller's dict."""

from typing import Any, Literal

import msgspec

from footfall.errors import BadQuestion
from footfall.reports.catalogue import DIMENSIONS, EVENT_METRICS, METRICS, PROP, VISIT_METRICS, dimension
from footfall.reports.filters import Filter, event_dimensions, leaves, parse_filters
from footfall.reports.periods import MONTHS, Period, calendar_before, parse_period, shifted, so_far
from footfall.vocabulary import Goal, Portal

__all__ = ["Question", "parse"]

KEYS = ("site_id", "metrics", "date_range", "dimensions", "filters", "order_by", "include", "pagination")
INCLUDES = ("time_labels", "total_rows", "comparisons", "imports")
COMPARISONS = ("previous_period", "year_over_year", "custom")
CHOICES = ("same_moment", "calendar")
ENTRY_DIMENSIONS = ("event:page", "event:hostname")
"""Visit metrics grouped by these belong to the visit's entry page or host."""
MOST_ROWS, DEFAULT_ROWS = 10_000, 10_000
Direction = Literal["asc", "desc"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of one portal, with every default filled in."""

    portal: Portal
    goals: tuple[Goal, ...]
    metrics: tuple[str, ...]
    period: Period
    date_range: Any
    """As it was asked, for the echo."""
    dimensions: tuple[str, ...] = ()
    """``time`` is already replaced by what it means here, but for ``all``: then ``over`` does it."""
    filters: tuple[Filter, ...] = ()
    """All must hold."""
    asked_filters: Any = ()
    order_by: tuple[tuple[str, Direction], ...] = ()
    time_labels: bool = False
    total_rows: bool = False
    comparison: Period | None = None
    comparison_asked: Any = None
    now_ms: int = 0
    """When it was asked: a comparison up to the same moment goes by it."""
    limit: int = DEFAULT_ROWS
    offset: int = 0

    @property
    def time_unit(self) -> str:
        """Unit of its time dimension; empty without one."""
        return next((name[5:] for name in self.dimensions if name.startswith("time:")), "")

    def over(self, period: Period) -> "Question":
        """The same question of a period that is known only now: ``time`` gets its meaning and the comparison its place."""
        unit = f"time:{period.default_unit()}"
        return msgspec.structs.replace(
            self,
            period=period,
            dimensions=tuple(unit if name == "time" else name for name in self.dimensions),
            order_by=tuple((unit if name == "time" else name, direction) for name, direction in self.order_by),
            comparison=_comparison(self.comparison_asked, self.date_range, period, self.now_ms),
        )


def parse(body: Any, *, portal: Portal, goals: tuple[Goal, ...], now_ms: int) -> Question:
    """The question behind a request's JSON.

    Raises:
        BadQuestion: one sentence naming what is wrong and what is valid.
    """
    if not isinstance(body, dict):
        raise BadQuestion("A question is a JSON object with site_id, metrics and date_range.")
    unknown = sorted(set(body) - set(KEYS))
    if unknown:
        raise BadQuestion("Unknown key {key!r}. Valid keys: {valid}.", key=unknown[0], valid=", ".join(KEYS))
    for key in ("metrics", "date_range"):
        if key not in body:
            raise BadQuestion("The key {key!r} is missing. A question needs site_id, metrics and date_range.", key=key)
    period = parse_period(body["date_range"], timezone=portal.timezone, now_ms=now_ms)
    include = _include(body.get("include"))
    asked = body.get("filters") or []
    limit, offset = _pagination(body.get("pagination"))
    dimensions = _dimensions(body.get("dimensions"))
    metrics = _metrics(body["metrics"])
    question = Question(
        portal=portal,
        goals=goals,
        metrics=metrics,
        period=period,
        date_range=body["date_range"],
        dimensions=dimensions,
        filters=parse_filters(asked, goals),
        asked_filters=asked,
        order_by=_order(body.get("order_by"), metrics, dimensions),
        time_labels=bool(include.get("time_labels")),
        total_rows=bool(include.get("total_rows")),
        comparison=_comparison(include.get("comparisons"), body["date_range"], period, now_ms),
        comparison_asked=include.get("comparisons"),
        now_ms=now_ms,
        limit=limit,
        offset=offset,
    )
    _check_together(question)
    return question if period.is_all else question.over(period)


def _metrics(asked: Any) -> tuple[str, ...]:
    if not isinstance(asked, list) or not asked:
        raise BadQuestion("metrics is a list of at least one of: {valid}.", valid=", ".join(METRICS))
    for name in asked:
        if name not in METRICS:
            raise BadQuestion("Metric {name!r} is not known. Valid metrics: {valid}.", name=name, valid=", ".join(METRICS))
    if len(set(asked)) != len(asked):
        raise BadQuestion("Metrics cannot be queried multiple times.")
    return tuple(asked)


def _dimensions(asked: Any) -> tuple[str, ...]:
    if asked is None:
        return ()
    if not isinstance(asked, list):
        raise BadQuestion("dimensions is a list of names.")
    for name in asked:
        if not isinstance(name, str) or dimension(name) is None:
            raise BadQuestion(
                "Dimension {name!r} is not known. Valid dimensions: {valid}, {prop}NAME.", name=name, valid=", ".join(DIMENSIONS), prop=PROP
            )
    if len(set(asked)) != len(asked):
        raise BadQuestion("Some dimensions are listed multiple times.")
    if sum(name.startswith("time") for name in asked) > 1:
        raise BadQuestion("A question has at most one time dimension.")
    return tuple(asked)


def _order(asked: Any, metrics: tuple[str, ...], dimensions: tuple[str, ...]) -> tuple[tuple[str, Direction], ...]:
    if not asked:
        time = [name for name in dimensions if name.startswith("time")]
        return (*((name, "asc") for name in time), (metrics[0], "desc"))
    order: list[tuple[str, Direction]] = []
    for entry in asked if isinstance(asked, list) else [asked]:
        if not (isinstance(entry, list) and len(entry) == 2 and entry[1] in ("asc", "desc")):
            raise BadQuestion("order_by entry {entry!r} is not valid. Valid: [metric or dimension, 'asc' or 'desc'].", entry=entry)
        if entry[0] not in (*metrics, *dimensions):
            raise BadQuestion(
                "order_by names {name!r}, which is not asked for. Valid here: {valid}.",
                name=entry[0],
                valid=", ".join((*metrics, *dimensions)),
            )
        order.append((entry[0], entry[1]))
    return tuple(order)


def _include(asked: Any) -> dict[str, Any]:
    if asked is None:
        return {}
    if not isinstance(asked, dict):
        raise BadQuestion("include is an object with any of: {valid}.", valid=", ".join(INCLUDES))
    unknown = sorted(set(asked) - set(INCLUDES))
    if unknown:
        raise BadQuestion("include names {key!r}, which is not known. Valid: {valid}.", key=unknown[0], valid=", ".join(INCLUDES))
    for name in ("time_labels", "total_rows", "imports"):
        if not isinstance(asked.get(name, False), bool):
            raise BadQuestion("include.{name} is true or false.", name=name)
    return asked


def _comparison(asked: Any, date_range: Any, period: Period, now_ms: int) -> Period | None:
    """The other period; ``date_range`` is what ``period`` was asked for by."""
    if not asked:
        return None
    mode = asked.get("mode") if isinstance(asked, dict) else None
    if mode not in COMPARISONS:
        raise BadQuestion("include.comparisons needs a mode. Valid modes: {valid}.", valid=", ".join(COMPARISONS))
    unknown = sorted(set(asked) - {"mode", "date_range", *CHOICES})
    if unknown:
        valid = ", ".join(("mode", "date_range", *CHOICES))
        raise BadQuestion("include.comparisons names {key!r}, which is not known. Valid: {valid}.", key=unknown[0], valid=valid)
    for name in CHOICES:
        if not isinstance(asked.get(name, False), bool):
            raise BadQuestion("include.comparisons.{name} is true or false.", name=name)
    months = 12 if mode == "year_over_year" else 0
    if mode == "custom":
        other = parse_period(asked.get("date_range"), timezone=period.timezone, now_ms=now_ms)
    elif mode == "previous_period" and asked.get("calendar") and isinstance(date_range, str) and date_range in MONTHS:
        months, other = MONTHS[date_range], calendar_before(period, date_range)
    else:
        other = shifted(period, mode)
    return so_far(period, other, now_ms, months=months) if asked.get("same_moment") else other


def _pagination(asked: Any) -> tuple[int, int]:
    if asked is None:
        return DEFAULT_ROWS, 0
    if not isinstance(asked, dict) or set(asked) - {"limit", "offset"}:
        raise BadQuestion("pagination is an object with limit and offset.")
    limit, offset = asked.get("limit", DEFAULT_ROWS), asked.get("offset", 0)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_ROWS:
        raise BadQuestion("pagination.limit {limit!r} is not valid. Valid: 1 to {most}.", limit=limit, most=MOST_ROWS)
    if not isinstance(offset, int) or isinstance(offset, bool) or offset < 0:
        raise BadQuestion("pagination.offset {offset!r} is not valid. Valid: 0 or more.", offset=offset)
    return limit, offset


def _check_together(question: Question) -> None:
    """Refuse what cannot be asked together."""
    filtered = {leaf.dimension for leaf in leaves(question.filters) if not leaf.behavioral}
    events = event_dimensions(question.filters)
    for metric in question.metrics:
        _check_metric(metric, question, filtered, events)
    visit_only = [name for name in question.dimensions if name.startswith(("visit:entry_page", "visit:exit_page"))]
    event_metrics = [name for name in question.metrics if name in EVENT_METRICS and name != "group_conversion_rate"]
    if visit_only and event_metrics:
        raise BadQuestion(
            "Event metric {metric} cannot be queried with the visit dimension {dimension}.",
            metric=event_metrics[0],
            dimension=visit_only[0],
        )
    event_only = [name for name in question.dimensions if name.startswith("event:") and name not in ENTRY_DIMENSIONS]
    visit_metrics = [name for name in question.metrics if name in VISIT_METRICS]
    if event_only and visit_metrics:
        raise BadQuestion(
            "Visit metric {metric} cannot be queried with the event dimension {dimension}.",
            metric=visit_metrics[0],
            dimension=event_only[0],
        )
    if visit_only and event_only:
        raise BadQuestion(
            "The event dimension {event} cannot be queried with the visit dimension {dimension}.",
            event=event_only[0],
            dimension=visit_only[0],
        )


def _check_metric(metric: str, question: Question, filtered: set[str], events: set[str]) -> None:
    has_goal = "event:goal" in filtered or "event:goal" in question.dimensions
    if metric in ("conversion_rate", "group_conversion_rate") and not has_goal:
        raise BadQuestion("Metric {metric} can only be queried with event:goal filters or dimensions.", metric=metric)
    if metric in ("scroll_depth", "time_on_page") and "event:page" not in (filtered | set(question.dimensions)):
        raise BadQuestion("Metric {metric} can only be queried with event:page filters or dimensions.", metric=metric)
    if metric == "exit_rate" and question.dimensions != ("visit:exit_page",):
        raise BadQuestion("Metric exit_rate can only be queried with the dimension visit:exit_page alone.")
    if metric == "exit_rate" and events:
        raise BadQuestion("Metric exit_rate cannot be queried when filtering on event dimensions.")
    if metric == "views_per_visit" and "event:page" in filtered:
        raise BadQuestion("Metric views_per_visit cannot be queried with a filter on event:page.")
