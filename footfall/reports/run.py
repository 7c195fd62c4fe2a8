"""Ask the store what a question needs, merge the statements' rows, derive the ratios, compare, order and page."""

from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec
from babel import Locale

from footfall.reports.catalogue import EMPTY, EVENT_METRICS, NONE, PROP, VISIT_METRICS, dimension
from footfall.reports.compare import change
from footfall.reports.compose import (
    Statement,
    engagement_statement,
    events_statement,
    exits_statement,
    first_event_statement,
    visits_statement,
)
from footfall.reports.filters import event_dimensions, leaves, without
from footfall.reports.periods import Period, bucket_starts, label_of, parse_period
from footfall.reports.question import Question
from footfall.reports.rollup import rolled_statement
from footfall.vocabulary import Answer, Portal, Row, Scalar

__all__ = ["EngineLike", "answer", "realtime_visitors"]

Key = tuple[Any, ...]
Sums = dict[str, Any]
RECENT_MS = 5 * 60_000
COUNTRIES = Locale("en").territories


class EngineLike(Protocol):
    def query(self, sql: str, parameters: dict[str, Any], *, name: str = "") -> list[tuple[Any, ...]]: ...


def answer(question: Question, engine: EngineLike, complete_until_ms: int | None = None) -> Answer:
    """The question's answer, not yet released. Rows in the order asked for, one page of them.

    Raises:
        BadQuestion: it takes too long, or too much memory.
        Unavailable: the store is away.
    """
    question = _with_data(question, engine)
    rows = _rows(question, engine)
    if question.comparison is not None:
        rows = _compared(question, rows, engine)
    total = len(rows)
    ordered = _ordered(question, rows)[question.offset : question.offset + question.limit]
    return Answer(
        rows=tuple(msgspec.structs.replace(row, dimensions=_labels(question, row.dimensions)) for row in ordered),
        meta=_meta(question, total, complete_until_ms),
        query=_echo(question),
        filtered=bool(question.filters),
        visitor_attributes=_attributes(question),
    )


def realtime_visitors(portal: Portal, engine: EngineLike, now_ms: int) -> int:
    """Visitors of the last five minutes."""
    instants = [datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds") for at in (now_ms - RECENT_MS, now_ms)]
    period = parse_period(instants, timezone=portal.timezone, now_ms=now_ms)
    question = Question(portal=portal, goals=(), metrics=("visitors",), period=period, date_range=instants)
    return int(_fetch(events_statement(question), question, engine, "realtime").get((), {}).get("visitors", 0))


def _with_data(question: Question, engine: EngineLike) -> Question:
    """``all`` starts on the day of the first event."""
    period = question.period
    if not period.is_all:
        return question
    statement = first_event_statement(question)
    first_ms = int(engine.query(statement.sql, statement.parameters, name="first event")[0][0])
    if first_ms == 0:
        return question
    first = datetime.fromtimestamp(first_ms / 1000, period.zone).date()
    pair = [min(first, period.last).isoformat(), period.last.isoformat()]
    found = parse_period(pair, timezone=period.timezone, now_ms=0)
    return _rebucketed(question, found)


def _rebucketed(question: Question, period: Period) -> Question:
    return msgspec.structs.replace(question, period=period)


def _rows(question: Question, engine: EngineLike) -> list[Row]:
    """All rows, dimensions as raw values, in no order."""
    sums = _merged(question, engine)
    derived = _derived(question, engine, sums)
    if not question.dimensions and not sums:
        sums = {(): {}}
    return [
        Row(key, tuple(_metric(name, row, derived, key, question) for name in question.metrics), int(row.get("visitors", 0)))
        for key, row in sums.items()
    ]


def _merged(question: Question, engine: EngineLike) -> dict[Key, Sums]:
    """Sums by row: events lead where anything asks for events; visits add theirs."""
    from_events = _needs_events(question)
    from_visits = not from_events or any(name in VISIT_METRICS for name in question.metrics)
    merged = _summed("events", question, engine) if from_events else {}
    if from_visits:
        found = _summed("visits", question, engine)
        smeared = question.time_unit in ("hour", "minute")
        for key, sums in found.items():
            if from_events and key in merged:
                merged[key] = sums | merged[key]
            elif not from_events or smeared:
                merged[key] = sums
    if {"scroll_depth", "time_on_page"} & set(question.metrics):
        for key, sums in _fetch(engagement_statement(question), question, engine, "engagement").items():
            if key in merged or not question.dimensions:
                merged.setdefault(key, {}).update(sums)
    if "exit_rate" in question.metrics:
        views = {key[0]: row["page_views"] for key, row in _fetch(exits_statement(question), question, engine, "exits").items()}
        for key, sums in merged.items():
            sums["page_views"] = views.get(key[0], 0)
    return merged


def _needs_events(question: Question) -> bool:
    if any(name.startswith(("visit:entry_page", "visit:exit_page")) for name in question.dimensions):
        return False
    asked = any(name in EVENT_METRICS for name in question.metrics)
    grouped = any(name.startswith("event:") for name in question.dimensions)
    return asked or grouped or bool(event_dimensions(question.filters))


def _summed(table: str, question: Question, engine: EngineLike) -> dict[Key, Sums]:
    """Sums by row, from the daily roll-up where it has them."""
    whole = events_statement if table == "events" else visits_statement
    return _fetch(rolled_statement(table, question, engine) or whole(question), question, engine, table)


def _fetch(statement: Statement, question: Question, engine: EngineLike, name: str) -> dict[Key, Sums]:
    rows = engine.query(statement.sql, statement.parameters, name=name)
    width = len(rows[0]) - len(statement.columns) if rows else 0
    return {row[:width]: dict(zip(statement.columns, row[width:], strict=True)) for row in rows}


def _derived(question: Question, engine: EngineLike, sums: dict[Key, Sums]) -> dict[str, Any]:
    """Denominators: visitors of the whole, and of the whole without the goal, overall and by row."""
    found: dict[str, Any] = {}
    ask = {"metrics": ("visitors",), "comparison": None}
    if "percentage" in question.metrics:
        whole = msgspec.structs.replace(question, dimensions=(), **ask)
        found["percentage"] = _visitors(whole, engine)
    if "conversion_rate" in question.metrics:
        whole = msgspec.structs.replace(question, dimensions=(), filters=without(question.filters, "event:goal", PROP), **ask)
        found["conversion_rate"] = _visitors(whole, engine)
    if "group_conversion_rate" in question.metrics:
        kept = tuple(name for name in question.dimensions if name != "event:goal" and not name.startswith(PROP))
        whole = msgspec.structs.replace(question, dimensions=kept, filters=without(question.filters, "event:goal", PROP), **ask)
        places = [question.dimensions.index(name) for name in kept]
        by_row = {key: row["visitors"] for key, row in _merged(whole, engine).items()}
        found["group_conversion_rate"] = {key: by_row.get(tuple(key[place] for place in places), 0) for key in sums}
    return found


def _visitors(question: Question, engine: EngineLike) -> int:
    return int(_merged(question, engine).get((), {}).get("visitors", 0))


def _metric(name: str, row: Sums, derived: dict[str, Any], key: Key, question: Question) -> Scalar:
    """One metric of one row, rounded as the metric's page says."""
    if name == "events" and "event:goal" in question.dimensions:
        goal = question.goals[key[question.dimensions.index("event:goal")]]
        return None if goal.scroll_threshold is not None else int(row.get("events", 0))
    if name in ("visitors", "visits", "pageviews", "events"):
        return int(row.get(name, 0))
    if name == "bounce_rate":
        return _ratio(row.get("bounces", 0) * 100, row.get("entries", 0), 0) or 0
    if name == "visit_duration":
        return _ratio(row.get("seconds", 0), row.get("visits", 0) if "seconds" in row else 0, 0) or 0
    if name == "views_per_visit":
        return _ratio(row.get("views", 0), row.get("visits", 0), 2) or 0.0
    if name == "scroll_depth":
        return _ratio(row.get("deepest_sum", 0), row.get("scrolled_visits", 0), 0)
    if name == "time_on_page":
        return _ratio(row.get("engaged_sum", 0), 1000 * row.get("engaged_visits", 0), 0)
    if name == "exit_rate":
        return _ratio(100 * row.get("visits", 0), row.get("page_views", 0), 1)
    if name == "percentage":
        return _ratio(100 * row.get("visitors", 0), derived[name], 1)
    whole = derived[name] if name == "conversion_rate" else derived[name].get(key, 0)
    return _ratio(100 * row.get("visitors", 0), whole, 2) or 0.0


def _ratio(above: int, below: int, digits: int) -> int | float | None:
    if not below:
        return None
    rounded = round(above / below, digits)
    return int(rounded) if digits == 0 else rounded


def _compared(question: Question, rows: list[Row], engine: EngineLike) -> list[Row]:
    """Rows with those of the other period beside them: by dimension, time by its position in the range."""
    assert question.comparison is not None
    other = _rebucketed(msgspec.structs.replace(question, comparison=None), question.comparison)
    other_rows = {_position(other, row.dimensions): row for row in _rows(other, engine)}
    mine = {_position(question, row.dimensions): row for row in rows}
    if question.dimensions and all(name.startswith("time:") for name in question.dimensions):
        starts = bucket_starts(question.period, question.time_unit)
        mine = {(index,): mine.get((index,), _empty(question, (start // 1000,))) for index, start in enumerate(starts)}
    found = []
    for position, row in mine.items():
        against = other_rows.get(position) or _empty(other, _placed(other, position, row.dimensions))
        changes = tuple(change(name, new, old) for name, new, old in zip(question.metrics, row.metrics, against.metrics, strict=True))
        against = msgspec.structs.replace(against, dimensions=_labels(other, against.dimensions))
        found.append(msgspec.structs.replace(row, comparison=against, change=changes))
    return found


def _empty(question: Question, dimensions: tuple[Any, ...]) -> Row:
    return Row(dimensions, tuple(EMPTY.get(name, 0) for name in question.metrics))


def _position(question: Question, key: Key) -> Key:
    if not question.time_unit:
        return key
    starts = [start // 1000 for start in bucket_starts(question.period, question.time_unit)]
    places = {start: index for index, start in enumerate(starts)}
    names = question.dimensions
    return tuple(places.get(value, value) if name.startswith("time:") else value for name, value in zip(names, key, strict=True))


def _placed(question: Question, position: Key, otherwise: Key) -> Key:
    """The dimensions at a position of the period, for a row that has no data there."""
    if not question.time_unit:
        return otherwise
    starts = bucket_starts(question.period, question.time_unit)
    names = question.dimensions
    return tuple(
        starts[value] // 1000 if name.startswith("time:") and value < len(starts) else value
        for name, value in zip(names, position, strict=True)
    )


def _ordered(question: Question, rows: list[Row]) -> list[Row]:
    for name, direction in reversed(question.order_by):
        if name in question.metrics:
            index = question.metrics.index(name)
            rows.sort(key=lambda row: (row.metrics[index] is not None, row.metrics[index] or 0), reverse=direction == "desc")
        else:
            index = question.dimensions.index(name)
            rows.sort(key=lambda row: row.dimensions[index], reverse=direction == "desc")
    return rows


def _labels(question: Question, key: Key) -> tuple[str, ...]:
    return tuple(_label(name, value, question) for name, value in zip(question.dimensions, key, strict=True))


def _label(name: str, value: Any, question: Question) -> str:
    if name.startswith("time:"):
        return value if isinstance(value, str) else label_of(int(value) * 1000, name[5:], question.period)
    if name == "event:goal":
        return question.goals[value].display_name if isinstance(value, int) else value
    if name.startswith(PROP):
        return value or NONE
    if name == "visit:country_name":
        return str(COUNTRIES.get(value, value))
    found = dimension(name)
    return value or (found.missing if found else "")


def _meta(question: Question, total: int, complete_until_ms: int | None) -> dict[str, object]:
    meta: dict[str, object] = {}
    if complete_until_ms is not None:
        meta["complete_until"] = datetime.fromtimestamp(complete_until_ms / 1000, UTC).isoformat(timespec="milliseconds")
    if question.time_labels and question.time_unit:
        starts = bucket_starts(question.period, question.time_unit)
        meta["time_labels"] = [label_of(start, question.time_unit, question.period) for start in starts]
    if question.total_rows:
        meta["total_rows"] = total
    if "visitors" in question.metrics and question.period.first != question.period.last:
        meta["metric_notes"] = {"visitors": "Sum of daily visitors: somebody who came on two days counts twice."}
    return meta


def _echo(question: Question) -> dict[str, object]:
    period = question.period
    instants = [datetime.fromtimestamp(at / 1000, period.zone).isoformat() for at in (period.from_ms, period.to_ms - 1000)]
    include: dict[str, object] = {name: True for name in ("time_labels", "total_rows") if getattr(question, name)}
    if question.comparison_asked:
        include["comparisons"] = question.comparison_asked
    return {
        "site_id": question.portal.domain,
        "metrics": list(question.metrics),
        "date_range": instants,
        "dimensions": list(question.dimensions),
        "filters": question.asked_filters,
        "order_by": [list(entry) for entry in question.order_by],
        "include": include,
        "pagination": {"limit": question.limit, "offset": question.offset},
    }


def _attributes(question: Question) -> tuple[str, ...]:
    names = [*question.dimensions, *(leaf.dimension for leaf in leaves(question.filters))]
    found = (dimension(name) for name in names)
    return tuple(sorted({one.family for one in found if one is not None and one.family}))
