"""Ask the store what a question needs, merge the statements' rows, derive the ratios, compare and order."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import msgspec

from footfall.errors import BadQuestion
from footfall.privacy.paging import ordered
from footfall.reports.catalogue import EVENT_METRICS, OF_MARTS, PROP, TOPIC, VISIT_METRICS, dimension
from footfall.reports.compare import change
from footfall.reports.compose import (
    COUNTED_TO,
    ENTRY_COLUMNS,
    engagement_statement,
    events_statement,
    exits_statement,
    first_event_statement,
    visits_statement,
)
from footfall.reports.dividing import coarser, parts_of
from footfall.reports.filters import event_dimensions, goals_asked, leaves, without
from footfall.reports.labels import Labelled, SortedBy, keys_of, labels_of
from footfall.reports.metrics import cohort, goals_of, metric
from footfall.reports.nested import Coarser, shares_of
from footfall.reports.periods import FIRST_DAY, Period, bucket_starts, label_of, parse_period
from footfall.reports.question import Question
from footfall.reports.rollup import rolled_statement
from footfall.reports.statements import Statement
from footfall.reports.together import Together
from footfall.reports.whole_days import days_around
from footfall.store.item_topics import PAGES
from footfall.vocabulary import Above, Answer, Goal, Order, Portal, RolledUp, Row, Share

__all__ = ["EngineLike", "answer", "answer_of", "fetch", "order_of", "realtime_visitors", "with_data"]

T = TypeVar("T")
Key = tuple[Any, ...]
Sums = dict[str, Any]
RECENT_MS = 5 * 60_000
WHOLLY_WITHIN = ("time:minute", "time:hour", "time:day")


class EngineLike(Protocol):
    def query(self, sql: str, parameters: dict[str, Any], *, name: str = "") -> list[tuple[Any, ...]]: ...
    def remember(self, key: Hashable, find: Callable[[], T]) -> T: ...
    @property
    def sharded(self) -> bool: ...


class Found(msgspec.Struct):
    """Everything the store said about one period."""

    question: Question
    sums: dict[Key, Sums]
    """By raw dimension values; no dimensions: one row, always."""
    wholes: dict[str, Any]
    """What visitors are divided by, a metric: one number, or one a row."""
    goals: list[Goal]
    """The goals that it filters on; none without such a filter."""

    labelled: Labelled
    sorted_by: SortedBy
    within: dict[Key, tuple[Share, ...]] = {}
    """By raw dimension values, shares in the rows of coarser breakdowns."""

    def row(self, key: Key) -> Row:
        """The row of these values, an empty one where nothing was found."""
        sums, names = self.sums.get(key, {}), self.question.metrics
        labels = self.labelled(key)
        goals = goals_of(self.question, key, self.goals)
        metrics = tuple([metric(name, sums, self._whole(name, key), goals) for name in names])
        cohorts = tuple([cohort(name, sums) for name in names])
        size, keys = max(sums.get("visitors", 0), *cohorts), self.sorted_by(key, labels)
        return Row(labels, metrics, size, cohorts=cohorts, keys=keys, within=self.within.get(key, ()))

    def rows(self) -> list[Row]:
        return [self.row(key) for key in self.sums]

    def _whole(self, name: str, key: Key) -> int:
        whole = self.wholes.get(name, 0) if self.wholes else 0
        return whole.get(key, 0) if isinstance(whole, dict) else int(whole)


def answer(question: Question, engine: EngineLike, complete_until_ms: int | None = None) -> Answer:
    """The question's answer, not yet released: all rows, in the order asked for; the gate cuts the page.

    Raises:
        BadQuestion: it takes too long, or too much memory, or it asks by what only marts have.
        Unavailable: the store is away.
    """
    of_marts = next((name for name in question.dimensions if name.startswith(OF_MARTS)), "")
    if of_marts:
        raise BadQuestion("Events are not told apart by {dimension}; only marts are.", dimension=of_marts)
    question = with_data(question, engine)
    rolled_up = _rolled_up(question, engine)
    found = _found(question, engine)
    other = None if question.comparison is None else _of_other_period(question, question.comparison, engine)
    above = _put_in_coarser(found, other, engine)
    rows, order = found.rows() if other is None else _compared(found, other), order_of(question)
    rest: dict[str, Any] = {"limit": question.limit, "offset": question.offset, "every_bucket": _every_bucket(question)}
    rest |= {"parts": parts_of(question), "above": above, "rolled_up": rolled_up}
    beside = tuple(other.rows()) if other is not None and question.dimensions else ()
    return answer_of(question, ordered(rows, order), complete_until_ms, order=order, beside=beside, **rest)


def _rolled_up(question: Question, engine: EngineLike) -> RolledUp | None:
    """The same by page, where counts by topic are asked for that a page's could be subtracted from.

    Raises:
        BadQuestion: they are to be compared with another period.
    """
    columns = tuple(place for place, name in enumerate(question.metrics) if name in ("pageviews", "events"))
    if TOPIC not in question.dimensions or not columns:
        return None
    if question.comparison is not None or "event:page" in question.dimensions:
        raise BadQuestion("Page views and events by event:topic cannot be compared, nor divided by event:page. Ask for visitors or visits.")
    place = question.dimensions.index(TOPIC)
    by = (*question.dimensions[:place], "event:page", *question.dimensions[place + 1 :])
    pages = answer(msgspec.structs.replace(question, dimensions=by, order_by=()), engine)
    topics = engine.query(PAGES, {"site": question.portal.id}, name="topics of pages")
    return RolledUp(pages, place, columns, {str(path): tuple(names) for path, names in topics})


def _put_in_coarser(found: Found, other: Found | None, engine: EngineLike) -> tuple[Above, ...]:
    """Coarser breakdowns that the rows lie in, which are put down there: as far as they have more than the whole, and something could be
    hidden."""
    asked = coarser(found.question) if other is None else coarser(msgspec.structs.replace(found.question, comparison=other.question.period))
    kept = []
    for place, question in asked if any(map(_has_small, filter(None, (found, other)))) else ():
        one = answer(question, engine)
        if max(len(one.rows), len(one.beside)) > 1:
            kept.append((Coarser(place, question), one))
    for side in filter(None, (found, other)) if kept else ():
        over = [Coarser(one.place, msgspec.structs.replace(one.question, period=side.question.period)) for one, _ in kept]
        side.within = shares_of(side.question, over, _known_or_found(side, engine))
    return tuple(Above(one.place, found) for one, found in kept)


def _known_or_found(found: Found, engine: EngineLike) -> Callable[[Question], dict[Key, Sums]]:
    return lambda question: found.sums if question.dimensions == found.question.dimensions else _merged(question, engine)


def _has_small(found: Found) -> bool:
    """Whether a policy might hide something of the rows, or of what they lie in by half: of hours and days that are large, nothing."""
    question = found.question
    if not all(name in WHOLLY_WITHIN for name in question.dimensions):
        return True
    return any(0 <= cohort(name, sums) < COUNTED_TO for sums in found.sums.values() for name in question.metrics)


def fetch(questions: Iterable[Question], together: Together) -> None:
    """Find ahead what ``answer`` will ask of it, as far as several questions of one portal read the same rows.

    Raises:
        BadQuestion, Unavailable: as ``answer``.
    """
    whole = [with_data(question, together) for question in questions]
    # Coarser breakdowns are asked for too, by and by; those by time have statements of their own.
    asked = [*whole, *(one for question in whole for _, one in coarser(question) if not question.time_unit)]
    together.fetch([statement for question in asked for statement in _main_statements(question, together)])


def _main_statements(question: Question, engine: EngineLike) -> Iterator[Statement]:
    """Of rows and of what percentages are parts of, in both periods."""
    for period in (question.period, question.comparison):
        if period is not None:
            one = msgspec.structs.replace(question, period=period, comparison=None)
            asked = [one, _whole(one)] if "percentage" in question.metrics else [one]
            yield from (_statement(table, part, engine) for part in asked for table in _tables(part))


def answer_of(question: Question, rows: Sequence[Row], complete_until_ms: int | None, **rest: Any) -> Answer:
    """These rows as the question's answer; ``rest`` are fields of ``Answer``."""
    meta, echo = _meta(question, len(rows), complete_until_ms), _echo(question)
    return Answer(rows=tuple(rows), meta=meta, query=echo, visitor_attributes=_attributes(question), **rest)


def realtime_visitors(portal: Portal, engine: EngineLike, now_ms: int) -> int:
    """Visitors of the last five minutes."""
    instants = [datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds") for at in (now_ms - RECENT_MS, now_ms)]
    period = parse_period(instants, timezone=portal.timezone, now_ms=now_ms)
    question = Question(portal=portal, goals=(), metrics=("visitors",), period=period, date_range=instants)
    return int(_fetch(events_statement(question), question, engine, "realtime").get((), {}).get("visitors", 0))


def with_data(question: Question, engine: EngineLike) -> Question:
    """``all`` starts on the day of the first event; without any it is today."""
    period = question.period
    if not period.is_all:
        return question
    statement = first_event_statement(question)
    first_ms = int(engine.query(statement.sql, statement.parameters, name="first event")[0][0])
    first = datetime.fromtimestamp(first_ms / 1000, period.zone).date() if first_ms else period.last
    pair = [min(max(first, FIRST_DAY), period.last).isoformat(), period.last.isoformat()]
    return question.over(parse_period(pair, timezone=period.timezone, now_ms=0))


def _found(question: Question, engine: EngineLike) -> Found:
    sums = _merged(question, engine)
    if not question.dimensions:
        sums.setdefault((), {})
    is_filtered = "event:goal" in event_dimensions(question.filters)
    goals = goals_asked(question.filters, question.goals) if is_filtered else []
    return Found(question, sums, _wholes(question, engine, sums), goals, labels_of(question), keys_of(question))


def _merged(question: Question, engine: EngineLike) -> dict[Key, Sums]:
    """Sums by row: events lead where anything asks for events; visits add theirs."""
    tables = _tables(question)
    from_events = "events" in tables
    merged = _summed("events", question, engine) if from_events else {}
    if "visits" in tables:
        found = _summed("visits", question, engine)
        # An hour or a minute may lie inside a visit and hold none of its events. A visit that looked at no page was entered on none.
        smeared = question.time_unit in ("hour", "minute")
        entered = [place for place, name in enumerate(question.dimensions) if name in ENTRY_COLUMNS]
        for key, sums in found.items():
            if not from_events or key in merged or (smeared and all(key[place] for place in entered)):
                merged[key] = _beside(merged.get(key, {} if from_events else sums), sums)
    if {"scroll_depth", "time_on_page"} & set(question.metrics):
        for key, sums in _fetch(engagement_statement(question), question, engine, "engagement").items():
            if key in merged or not question.dimensions:
                merged.setdefault(key, {}).update(sums)
    if "exit_rate" in question.metrics:
        views = {key[0]: row["page_views"] for key, row in _fetch(exits_statement(question), question, engine, "exits").items()}
        for key, sums in merged.items():
            sums["page_views"] = views.get(key[0], 0)
    return merged


def _beside(leading: Sums, visits: Sums) -> Sums:
    """Sums over visits beside those that lead: the visits' own visitors and visits keep a name of their own."""
    own = {"visit_visitors": visits["visitors"], "visit_visits": visits["visits"], "entered": visits.get("entered", visits["visitors"])}
    if leading is visits:
        return own | visits
    return (
        {"visitors": 0, "visits": 0} | {name: value for name, value in visits.items() if name not in ("visitors", "visits")} | own | leading
    )


def _needs_events(question: Question) -> bool:
    if any(name.startswith(("visit:entry_page", "visit:exit_page")) for name in question.dimensions):
        return False
    asked = any(name in EVENT_METRICS for name in question.metrics)
    grouped = any(name.startswith("event:") for name in question.dimensions)
    return asked or grouped or bool(event_dimensions(question.filters))


def _tables(question: Question) -> tuple[str, ...]:
    """Where its sums come from; those of events lead."""
    from_events = _needs_events(question)
    from_visits = not from_events or any(name in VISIT_METRICS for name in question.metrics)
    return ("events",) * from_events + ("visits",) * from_visits


def _summed(table: str, question: Question, engine: EngineLike) -> dict[Key, Sums]:
    return _fetch(_statement(table, question, engine), question, engine, table)


def _statement(table: str, question: Question, engine: EngineLike) -> Statement:
    """Sums by row, from the daily roll-up where it has them."""
    rolled = rolled_statement(table, question, engine)
    if rolled is not None:
        return rolled
    read = events_statement if table == "events" else visits_statement
    return read(question, days_around(table, question, engine))


def _fetch(statement: Statement, question: Question, engine: EngineLike, name: str) -> dict[Key, Sums]:
    rows = engine.query(statement.sql, statement.parameters, name=name)
    width = len(rows[0]) - len(statement.columns) if rows else 0
    return {row[:width]: dict(zip(statement.columns, row[width:], strict=True)) for row in rows}


def _wholes(question: Question, engine: EngineLike, sums: dict[Key, Sums]) -> dict[str, Any]:
    """Denominators: visitors of the whole, and of the whole without the goal, overall and by row; counted where the rows' visitors are."""
    found: dict[str, Any] = {}
    whole = _whole(question)
    unbound = msgspec.structs.replace(whole, filters=without(question.filters, "event:goal", PROP))
    if "percentage" in question.metrics:
        found["percentage"] = _visitors(whole, engine)
    if "conversion_rate" in question.metrics:
        found["conversion_rate"] = _visitors(unbound, engine)
    if "group_conversion_rate" in question.metrics:
        kept = tuple(name for name in question.dimensions if name != "event:goal" and not name.startswith(PROP))
        places = [question.dimensions.index(name) for name in kept]
        by_row = {key: row["visitors"] for key, row in _merged(msgspec.structs.replace(unbound, dimensions=kept), engine).items()}
        found["group_conversion_rate"] = {key: by_row.get(tuple(key[place] for place in places), 0) for key in sums}
    return found


def _whole(question: Question) -> Question:
    counted = ("visitors", "events") if _needs_events(question) else ("visitors",)
    return msgspec.structs.replace(question, dimensions=(), metrics=counted, comparison=None)


def _visitors(question: Question, engine: EngineLike) -> int:
    return int(_merged(question, engine).get((), {}).get("visitors", 0))


def _of_other_period(question: Question, period: Period, engine: EngineLike) -> Found:
    return _found(msgspec.structs.replace(question, period=period, comparison=None), engine)


def _compared(found: Found, other: Found) -> list[Row]:
    """Rows with those of the other period beside them: by dimension, time by its position in the range."""
    question = found.question
    keys = [(start // 1000,) for start in bucket_starts(question.period, question.time_unit)] if _every_bucket(question) else found.sums
    return [_beside_other(found.row(key), other, _counterpart(question, other.question, key)) for key in keys]


def _beside_other(row: Row, other: Found, key: Key | None) -> Row:
    names = other.question.metrics
    if key is None:
        # The other period is shorter: nothing stands at this place.
        unknown = (None,) * len(names)
        return msgspec.structs.replace(row, comparison=Row(("",) * len(row.dimensions), unknown), change=unknown)
    against = other.row(key)
    changes = tuple(change(name, new, old) for name, new, old in zip(names, row.metrics, against.metrics, strict=True))
    return msgspec.structs.replace(row, comparison=against, change=changes)


def _counterpart(question: Question, other: Question, key: Key) -> Key | None:
    """The same dimensions in the other period, time at the same position; ``None`` where that is shorter."""
    if not question.time_unit:
        return key
    place = next(index for index, name in enumerate(question.dimensions) if name.startswith("time:"))
    position = bisect_right(bucket_starts(question.period, question.time_unit), key[place] * 1000) - 1
    starts = bucket_starts(other.period, question.time_unit)
    return (*key[:place], starts[position] // 1000, *key[place + 1 :]) if position < len(starts) else None


def _every_bucket(question: Question) -> bool:
    """A lone time dimension that is compared has a row for every bucket, empty or not."""
    return question.comparison is not None and bool(question.time_unit) and len(question.dimensions) == 1


def order_of(question: Question) -> tuple[Order, ...]:
    """The question's order, by places in its rows."""
    names = (question.dimensions, question.metrics)
    return tuple(
        Order(name in question.metrics, names[name in question.metrics].index(name), direction == "desc")
        for name, direction in question.order_by
    )


def _meta(question: Question, total: int, complete_until_ms: int | None) -> dict[str, object]:
    meta: dict[str, object] = {}
    if complete_until_ms is not None:
        until = datetime.fromtimestamp(complete_until_ms / 1000, UTC).replace(second=0, microsecond=0)
        meta["complete_until"] = until.isoformat(timespec="milliseconds")
    if question.time_labels and question.time_unit:
        starts = bucket_starts(question.period, question.time_unit)
        meta["time_labels"] = [label_of(start, question.time_unit, question.period) for start in starts]
    if question.total_rows:
        meta["total_rows"] = total
    if question.comparison is not None and question.comparison_asked.get("same_moment"):
        meta["comparison_range"] = _ends(question.comparison)
    if "visitors" in question.metrics and question.period.first != question.period.last:
        meta["metric_notes"] = {"visitors": "Sum of daily visitors: somebody who came on two days counts twice."}
    return meta


def _echo(question: Question) -> dict[str, object]:
    include: dict[str, object] = {name: True for name in ("time_labels", "total_rows") if getattr(question, name)}
    if question.comparison_asked:
        include["comparisons"] = question.comparison_asked
    return {
        "site_id": question.portal.domain,
        "metrics": list(question.metrics),
        "date_range": _ends(question.period),
        "dimensions": list(question.dimensions),
        "filters": question.asked_filters,
        "order_by": [list(entry) for entry in question.order_by],
        "include": include,
        "pagination": {"limit": question.limit, "offset": question.offset},
    }


def _ends(period: Period) -> list[str]:
    """Its first and last second, local."""
    return [datetime.fromtimestamp(at / 1000, period.zone).isoformat() for at in (period.from_ms, period.to_ms - 1000)]


def _attributes(question: Question) -> tuple[str, ...]:
    names = [*question.dimensions, *(leaf.dimension for leaf in leaves(question.filters))]
    found = (dimension(name) for name in names)
    return tuple(sorted({one.family for one in found if one is not None and one.family}))
