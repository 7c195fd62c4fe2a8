"""From a question to SQL: pieces out of the catalogue, values as typed parameters, one statement a table."""

import re
from datetime import timedelta
from typing import Any

import msgspec

from footfall.reports.catalogue import NONE, PROP, VISIT_METRICS, Dimension, dimension
from footfall.reports.filters import Filter, Group, Leaf, event_dimensions, goals_asked, goals_named, leaves
from footfall.reports.patterns import fits_pattern
from footfall.reports.periods import Period, bucket_starts
from footfall.reports.places import codes_of
from footfall.reports.question import Question
from footfall.store.rollup import ORIGIN
from footfall.vocabulary import Goal

__all__ = [
    "COUNTED_TO",
    "Statement",
    "engagement_statement",
    "events_statement",
    "exits_statement",
    "first_event_statement",
    "is_needed",
    "visits_statement",
]

WELL_INSIDE = timedelta(days=2)
"""Service days so far from the ends of a range are in it whole, even if the portal moved to another time zone since."""
NEEDED_BY: dict[str, dict[str, tuple[str, ...]]] = {
    "events": {"visits": ("visits", *VISIT_METRICS), "viewers": ("pageviews",)},
    "visits": {
        "bounces": ("bounce_rate",),
        "entries": ("bounce_rate",),
        "entered": ("bounce_rate",),
        "seconds": ("visit_duration",),
        "views": ("views_per_visit",),
    },
}
"""By table: sums that only these metrics ask for."""
REACH_DAYS = 7
"""Days before the range in which a visit that reaches into it may have begun."""
CAMPAIGNS = tuple(f"visit:utm_{name}" for name in ("medium", "source", "campaign", "content", "term"))
ENTRY_COLUMNS = {"event:page": "entry_page", "event:hostname": "entry_hostname"}
"""Where visits stand when an answer is grouped by what only events have."""
COUNTED_TO = 100
"""No policy may ask for a larger cohort than this."""
MOST_NEEDLES = 255
"""As many as multiSearchAny takes."""
ENTRY_HOST = ("visit:source", "visit:referrer", "visit:entry_page", *CAMPAIGNS)


class Statement(msgspec.Struct):
    """SQL with its parameters; columns are the dimensions d0, d1, … and then the named sums."""

    sql: str
    parameters: dict[str, Any]
    columns: tuple[str, ...]


class _Composer:
    """Collects the parameters of one statement."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.parameters: dict[str, Any] = {}

    def value(self, value: Any, type: str = "String") -> str:
        """A placeholder for the value."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"{{{name}:{type}}}"

    def events_scope(self) -> str:
        period, site = self.question.period, self.value(self.question.portal.id, "UInt32")
        days = f"day BETWEEN {self._day(period, -1)} AND {self._day(period, 1)}"
        return f"site = {site} AND {days} AND ({self._inside()}time >= {self._at(period.from_ms)} AND time < {self._at(period.to_ms)})"

    def visits_scope(self) -> str:
        period, site = self.question.period, self.value(self.question.portal.id, "UInt32")
        days = f"day BETWEEN {self._day(period, -REACH_DAYS)} AND {self._day(period, 1)}"
        return f"site = {site} AND {days} AND ({self._inside()}start < {self._at(period.to_ms)} AND end >= {self._at(period.from_ms)})"

    def _inside(self) -> str:
        """Lets days that are well inside the range pass without a look at their times, which take longest to read."""
        first, last = self.question.period.first + WELL_INSIDE, self.question.period.last - WELL_INSIDE
        if first > last:
            return ""
        return f"day BETWEEN {self.value(first.isoformat(), 'Date')} AND {self.value(last.isoformat(), 'Date')} OR "

    def _day(self, period: Period, shift: int) -> str:
        ordinal = (period.first if shift < 0 else period.last).toordinal() + shift
        return self.value(type(period.first).fromordinal(max(ordinal, 1)).isoformat(), "Date")

    def _at(self, instant_ms: int) -> str:
        return f"fromUnixTimestamp64Milli({self.value(instant_ms, 'Int64')}, 'UTC')"

    def all_of(self, filters: tuple[Filter, ...], table: str, columns: dict[str, str] | None = None) -> list[str]:
        return [self.condition(entry, table, columns or {}) for entry in filters]

    def condition(self, entry: Filter, table: str, columns: dict[str, str]) -> str:
        """One filter as a condition on a row of the table; ``columns`` gives event dimensions another column there."""
        if isinstance(entry, Leaf):
            return self._leaf(entry, table, columns)
        if entry.operator in ("has_done", "has_not_done"):
            return self._behavior(entry)
        inner = [f"({self.condition(part, table, columns)})" for part in entry.filters]
        # Without the outer parentheses an "or" would undo every condition before it, that on the portal included.
        return f"(NOT {inner[0]})" if entry.operator == "not" else f"({f' {entry.operator.upper()} '.join(inner)})"

    def _behavior(self, entry: Group) -> str:
        conditions = [self.events_scope(), "visit != 0", self.condition(entry.filters[0], "events", {})]
        if not _reaches_engagement(self.question, entry.filters):
            conditions.append("name != 'engagement'")
        done = f"visit IN (SELECT visit FROM events WHERE {' AND '.join(conditions)})"
        return done if entry.operator == "has_done" else f"(visit != 0 AND NOT ({done}))"

    def _leaf(self, leaf: Leaf, table: str, columns: dict[str, str]) -> str:
        if leaf.dimension == "event:goal":
            return self._goals(leaf)
        if leaf.dimension.startswith(PROP):
            return self._property(leaf)
        found = dimension(leaf.dimension)
        assert found is not None
        column = columns.get(leaf.dimension) or getattr(found, table)
        compare = self._place if found.place else self._compare
        if column:
            return compare(leaf, found, column)
        sense = "NOT " if leaf.operator.endswith("_not") else ""
        positive = msgspec.structs.replace(leaf, operator=leaf.operator.removesuffix("_not"))
        visits = f"SELECT visit FROM visits FINAL WHERE {self.visits_scope()} AND {compare(positive, found, found.visits)}"
        return f"{sense}(visit IN ({visits}))"

    def _compare(self, leaf: Leaf, found: Dimension, column: str) -> str:
        """The comparison with a column; its label for "missing" stands for the empty value."""
        sense = "NOT " if leaf.operator.endswith("_not") else ""
        fold = (lambda text: text) if leaf.case_sensitive else str.casefold
        wants_missing = bool(found.missing) and any(fold(value) == fold(found.missing) for value in leaf.values)
        if not wants_missing:
            return f"{sense}({self._fits(leaf, column)})"
        return f"{sense}({column} = '' OR {self._fits(leaf, column)})"

    def _place(self, leaf: Leaf, found: Dimension, column: str) -> str:
        """The comparison with the names of the codes in a column; what has no name is compared as it stands."""
        sense = "NOT " if leaf.operator.endswith("_not") else ""
        chosen, mistaken = codes_of(found.place, lambda text: _fits_text(leaf, text))
        unnamed = self._fits(leaf, column)
        if mistaken:
            unnamed += f" AND NOT has({self.value(mistaken, 'Array(String)')}, toString({column}))"
        return f"{sense}(has({self.value(chosen, 'Array(String)')}, toString({column})) OR {unnamed})"

    def _fits(self, leaf: Leaf, column: str, values: tuple[str, ...] = ()) -> str:
        """Whether any of the values fits, whatever the sense of the operator."""
        values = values or leaf.values
        operator = leaf.operator.removesuffix("_not")
        if operator == "matches":
            flag = "" if leaf.case_sensitive else "(?i)"
            return "(" + " OR ".join(f"match({column}, {self.value(flag + value)})" for value in values) + ")"
        if operator == "contains":
            function = "multiSearchAny" if leaf.case_sensitive else "multiSearchAnyCaseInsensitiveUTF8"
            parts = [list(values[at : at + MOST_NEEDLES]) for at in range(0, len(values), MOST_NEEDLES)]
            return "(" + " OR ".join(f"{function}({column}, {self.value(part, 'Array(String)')})" for part in parts) + ")"
        if leaf.case_sensitive:
            return f"{column} IN {self.value(list(values), 'Array(String)')}" if values else "0"
        lowered = self.value([value.lower() for value in values], "Array(String)")
        return f"has({lowered}, lowerUTF8({column}))"

    def _property(self, leaf: Leaf) -> str:
        name = self.value(leaf.dimension[len(PROP) :])
        there, column = f"props[{name}] != ''", f"props[{name}]"
        operator = leaf.operator.removesuffix("_not")
        values = tuple(value for value in leaf.values if value != NONE)
        fits = f"({there} AND {self._fits(leaf, column, values)})" if values else "0"
        if operator != "is":
            return fits if operator == leaf.operator else f"({there} AND NOT {fits})"
        if NONE in leaf.values:
            fits = f"({fits} OR NOT ({there}))"
        return fits if operator == leaf.operator else f"NOT {fits}"

    def _goals(self, leaf: Leaf) -> str:
        chosen = [self.goal(goal) for goal in goals_named(leaf, self.question.goals)]
        return "(" + " OR ".join(chosen) + ")" if chosen else "0"

    def goal(self, goal: Goal) -> str:
        """The condition that an event reaches the goal."""
        props = [f"props[{self.value(name)}] = {self.value(value)}" for name, value in goal.custom_props.items()]
        if goal.event_name is not None:
            parts = [f"name = {self.value(goal.event_name)}"]
        else:
            parts = [self._path(goal.page_path or "")]
            if goal.scroll_threshold is not None:
                parts += ["name = 'engagement'", f"scroll_depth BETWEEN {self.value(goal.scroll_threshold, 'UInt8')} AND 100"]
            else:
                parts += ["name = 'pageview'"]
        return "(" + " AND ".join([*parts, *props]) + ")"

    def _path(self, path: str) -> str:
        if "*" not in path:
            return f"path = {self.value(path)}"
        pattern = ".*".join(re.escape(part) for part in re.split(r"\*+", path))
        return f"match(path, {self.value('^' + pattern + '$')})"

    def group(self, name: str, table: str, columns: dict[str, str]) -> str:
        """The expression a dimension groups by."""
        if name.startswith("time:"):
            return self._bucket(name[5:], table)
        if name == "event:goal":
            asked = goals_asked(self.question.filters, self.question.goals)
            tests = [f"if({self.goal(goal)}, [{index}], [])" for index, goal in enumerate(self.question.goals) if goal in asked]
            return f"arrayJoin(arrayConcat({', '.join(tests)}, emptyArrayUInt8()))"
        if name.startswith(PROP):
            return f"props[{self.value(name[len(PROP) :])}]"
        found = dimension(name)
        assert found is not None
        return f"toString({columns.get(name) or getattr(found, table)})"

    def _bucket(self, unit: str, table: str) -> str:
        starts = self.value([start // 1000 for start in bucket_starts(self.question.period, unit)], "Array(UInt32)")
        if table == "events":
            return f"roundDown(toUnixTimestamp(time), {starts})"
        if unit in ("day", "week", "month"):
            return f"roundDown(toUnixTimestamp(end), {starts})"
        first, last = f"roundDown(toUnixTimestamp(start), {starts})", f"roundDown(toUnixTimestamp(end), {starts})"
        between = f"arrayFilter(at -> at BETWEEN {first} AND {last}, {starts})"
        return f"arrayJoin(if({first} = {last}, [{first}], {between}))"

    def statement(
        self, table: str, sums: dict[str, str], conditions: list[str], columns: dict[str, str], fixed: tuple[str, ...] = ()
    ) -> Statement:
        """Grouped as the question says; ``fixed`` are conditions that hold for all versions of a visit's row or for none."""
        names = self.question.dimensions
        groups = [f"{self.group(name, table, columns)} AS d{index}" for index, name in enumerate(names)]
        shown = [*groups, *(f"{sql} AS {name}" for name, sql in sums.items())]
        by = " GROUP BY " + ", ".join(f"d{index}" for index in range(len(names))) if names else ""
        source = "visits FINAL" if table == "visits" else "events"
        early = "\nPREWHERE " + " AND ".join(fixed) if fixed else ""
        sql = f"SELECT {', '.join(shown)}\nFROM {source}{early}\nWHERE " + "\n  AND ".join(conditions) + by
        return Statement(sql, self.parameters, tuple(sums))


def events_statement(question: Question) -> Statement:
    """Visitors, visits, pageviews and events of the matching events; visitors with a pageview, and with more than engagement."""
    composer = _Composer(question)
    conditions = [composer.events_scope(), *composer.all_of(question.filters, "events")]
    sums = {
        "visitors": "uniqExactIf(visitor, visitor != 0)",
        "visits": "uniqExactIf(visit, visit != 0)",
        "pageviews": "countIf(name = 'pageview')",
        "events": "countIf(name != 'engagement')",
        "viewers": _some_visitors("visitor != 0 AND name = 'pageview'"),
    }
    if _reaches_engagement(question, question.filters, question.dimensions):
        sums["actors"] = _some_visitors("visitor != 0 AND name != 'engagement'")
    else:
        conditions.append("name != 'engagement'")
    conditions += _host_conditions(composer, "events")
    asked = {name: sql for name, sql in sums.items() if is_needed(name, question, "events")}
    return composer.statement("events", asked, conditions, {})


def visits_statement(question: Question) -> Statement:
    """Visitors, visits and the sums behind bounce rate, duration and views per visit, over visits."""
    composer = _Composer(question)
    columns = {name: column for name, column in ENTRY_COLUMNS.items() if name in question.dimensions}
    plain = tuple(entry for entry in question.filters if not event_dimensions((entry,)))
    entered_on = tuple(entry for entry in question.filters if entry not in plain and event_dimensions((entry,)) <= set(columns))
    other = tuple(entry for entry in question.filters if entry not in plain and entry not in entered_on)
    steady = tuple(entry for entry in plain if _is_fixed(entry))
    moving = tuple(entry for entry in plain if entry not in steady)
    conditions = [composer.visits_scope(), *composer.all_of(moving, "visits"), *composer.all_of(entered_on, "visits", columns)]
    if other:
        inner = [composer.events_scope(), "visit != 0", *composer.all_of(other, "events")]
        if not _reaches_engagement(question, other):
            inner.append("name != 'engagement'")
        conditions.append(f"visit IN (SELECT visit FROM events WHERE {' AND '.join(inner)})")
    conditions += _host_conditions(composer, "visits")
    sums = {"visitors": "uniqExact(visitor)", "visits": "count()"} | _bounces(composer)
    sums |= {"seconds": "sum(duration_s)", "views": "sum(pageviews)"}
    asked = {name: sql for name, sql in sums.items() if is_needed(name, question, "visits")}
    return composer.statement("visits", asked, conditions, columns, tuple(composer.all_of(steady, "visits")))


def is_needed(sum: str, question: Question, table: str) -> bool:
    """Whether a metric asks for this sum over the table's rows."""
    needed_by = NEEDED_BY[table].get(sum)
    return needed_by is None or not set(needed_by).isdisjoint(question.metrics)


def _bounces(composer: _Composer) -> dict[str, str]:
    """Bounces, the visits they are a part of, and their visitors: with a page filter only those that entered on such a page."""
    on_pages = tuple(entry for entry in composer.question.filters if event_dimensions((entry,)) == {"event:page"})
    if not on_pages:
        return {"bounces": "countIf(is_bounce)", "entries": "count()"}
    entered = " AND ".join(composer.all_of(on_pages, "visits", ENTRY_COLUMNS))
    return {
        "bounces": f"countIf(is_bounce AND {entered})",
        "entries": f"countIf({entered})",
        "entered": _some_visitors(entered),
    }


def engagement_statement(question: Question) -> Statement:
    """Deepest scroll a visit summed, visits that scrolled, engaged milliseconds and visits that engaged, and the visitors of both."""
    composer = _Composer(question)
    conditions = [composer.events_scope(), "name = 'engagement'", "visit != 0", *composer.all_of(question.filters, "events")]
    conditions += _host_conditions(composer, "events")
    sums = {
        "who": "any(visitor)",
        "deepest": "maxIf(scroll_depth, scroll_depth <= 100)",
        "scrolled": "countIf(scroll_depth <= 100) > 0",
        "engaged_ms": "sum(engagement_ms)",
    }
    inner = composer.statement("events", sums, conditions, {})
    by = [f"d{index}" for index in range(len(question.dimensions))]
    inner_sql = inner.sql + (", visit" if by else " GROUP BY visit")
    totals = {
        "deepest_sum": "sumIf(deepest, scrolled)",
        "scrolled_visits": "countIf(scrolled)",
        "scrollers": "uniqExactIf(who, scrolled)",
        "engaged_sum": "sum(engaged_ms)",
        "engaged_visits": "countIf(engaged_ms > 0)",
        "engaged": "uniqExactIf(who, engaged_ms > 0)",
    }
    shown = ", ".join([*by, *(f"{sql} AS {name}" for name, sql in totals.items())])
    sql = f"SELECT {shown}\nFROM (\n{inner_sql}\n)" + (f" GROUP BY {', '.join(by)}" if by else "")
    return Statement(sql, inner.parameters, tuple(totals))


def exits_statement(question: Question) -> Statement:
    """Pageviews by page, for exit rates: the exit-page filter dropped, others kept."""
    kept = tuple(entry for entry in question.filters if not any(leaf.dimension == "visit:exit_page" for leaf in leaves((entry,))))
    by_page = msgspec.structs.replace(question, dimensions=("event:page",), filters=kept)
    composer = _Composer(by_page)
    conditions = [composer.events_scope(), "name = 'pageview'", *composer.all_of(kept, "events")]
    return composer.statement("events", {"page_views": "count()"}, conditions, {})


def first_event_statement(question: Question) -> Statement:
    """The time of the portal's first event, epoch milliseconds; 0 without any."""
    composer = _Composer(question)
    site = composer.value(question.portal.id, "UInt32")
    return Statement(f"SELECT toUnixTimestamp64Milli(min(time)) FROM events WHERE site = {site}", composer.parameters, ("first",))


def _reaches_engagement(question: Question, filters: tuple[Filter, ...], dimensions: tuple[str, ...] = ()) -> bool:
    """Whether a scroll goal is asked for, which engagement pings reach."""
    chosen = goals_asked(filters, question.goals) if "event:goal" in dimensions else []
    for entry in filters:
        if isinstance(entry, Leaf) and entry.dimension == "event:goal":
            chosen += goals_named(entry, question.goals)
    return any(goal.scroll_threshold is not None for goal in chosen)


def _some_visitors(condition: str) -> str:
    """How many visitors fit, counted up to ``COUNTED_TO``: the gate wants to know whether they are enough, and an exact count costs as
    much as that of all visitors."""
    return f"length(groupUniqArrayIf({COUNTED_TO})(visitor, {condition}))"


def _fits_text(leaf: Leaf, text: str) -> bool:
    """The comparison as ``_Composer._fits`` has it, on a text at hand."""
    operator = leaf.operator.removesuffix("_not")
    if operator == "matches":
        flag = "" if leaf.case_sensitive else "(?i)"
        return any(fits_pattern(flag + value, text) for value in leaf.values)
    fold = (lambda text: text) if leaf.case_sensitive else str.lower
    values, text = [fold(value) for value in leaf.values], fold(text)
    return text in values if operator == "is" else any(value in text for value in values)


def _is_fixed(entry: Filter) -> bool:
    """Whether the filter looks only at what a visit's first event fixes, and so holds for every version of its row or for none."""
    found = [dimension(leaf.dimension) for leaf in leaves((entry,))]
    return all(one is not None and one.name.startswith("visit:") and one.visits in ORIGIN for one in found)


def _host_conditions(composer: _Composer, table: str) -> list[str]:
    """A hostname filter also acts on the entry host (sources, campaigns, entry pages) and the exit host (exit pages)."""
    question = composer.question
    hosts = tuple(entry for entry in question.filters if event_dimensions((entry,)) == {"event:hostname"})
    wanted = []
    if any(name in ENTRY_HOST for name in question.dimensions):
        wanted.append("entry_hostname")
    if "visit:exit_page" in question.dimensions:
        wanted.append("exit_hostname")
    found = []
    for column in wanted if hosts else ():
        conditions = composer.all_of(hosts, "visits", {"event:hostname": column})
        if table == "visits":
            found += conditions
        else:
            scope = composer.visits_scope()
            found.append(f"visit IN (SELECT visit FROM visits FINAL WHERE {scope} AND {' AND '.join(conditions)})")
    return found
