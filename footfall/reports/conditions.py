"""From filters and ranges to conditions on rows: columns out of the catalogue, values as typed parameters."""

import re
from datetime import timedelta
from typing import Any

import msgspec

from footfall.reports.catalogue import NONE, PROP, Dimension, dimension
from footfall.reports.filters import Filter, Group, Leaf, goals_asked, goals_named
from footfall.reports.patterns import fits_pattern
from footfall.reports.periods import Period
from footfall.reports.places import codes_of
from footfall.reports.question import Question
from footfall.reports.whole_days import REACH_DAYS, Days
from footfall.vocabulary import Goal

__all__ = ["Conditions", "reaches_engagement"]

WELL_INSIDE = timedelta(days=2)
"""Service days so far from the ends of a range are in it whole, even if the portal moved to another time zone since."""
MOST_NEEDLES = 255
"""As many as multiSearchAny takes."""


class Conditions:
    """Writes the conditions of one statement and collects its parameters."""

    def __init__(self, question: Question, days: Days | None = None) -> None:
        self.question, self.days = question, days
        self.parameters: dict[str, Any] = {}

    def value(self, value: Any, type: str = "String") -> str:
        """A placeholder for the value."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"{{{name}:{type}}}"

    def scopes(self, table: str) -> list[str]:
        """Where rows lie: by their times, or on days that are whole and, by their times, on the others."""
        timed = self.events_scope if table == "events" else self.visits_scope
        if self.days is None:
            return [timed()]
        site, whole, partial = self.value(self.question.portal.id, "UInt32"), self.days.whole, self.days.partial
        if (whole[-1] - whole[0]).days + 1 == len(whole):
            scopes = [f"site = {site} AND day BETWEEN {self.value(whole[0], 'Date')} AND {self.value(whole[-1], 'Date')}"]
        else:
            # TRICKY: a day between them that had no rows when the days were looked up may have some by now, and has no bucket.
            scopes = [f"site = {site} AND day IN {self.value(list(whole), 'Array(Date)')}"]
        return [*scopes, f"{timed()} AND day IN {self.value(list(partial), 'Array(Date)')}"] if partial else scopes

    def events_scope(self) -> str:
        period, site = self.question.period, self.value(self.question.portal.id, "UInt32")
        days = f"day BETWEEN {self._day(period, -1)} AND {self._day(period, 1)}"
        return (
            f"site = {site} AND {days} AND ({self._inside()}time >= {self.instant(period.from_ms)} AND time < {self.instant(period.to_ms)})"
        )

    def visits_scope(self) -> str:
        period, site = self.question.period, self.value(self.question.portal.id, "UInt32")
        days = f"day BETWEEN {self._day(period, -REACH_DAYS)} AND {self._day(period, 1)}"
        return (
            f"site = {site} AND {days} AND ({self._inside()}start < {self.instant(period.to_ms)} AND end >= {self.instant(period.from_ms)})"
        )

    def _inside(self) -> str:
        """Lets days that are well inside the range pass without a look at their times, which take longest to read."""
        first, last = self.question.period.first + WELL_INSIDE, self.question.period.last - WELL_INSIDE
        if first > last:
            return ""
        return f"day BETWEEN {self.value(first.isoformat(), 'Date')} AND {self.value(last.isoformat(), 'Date')} OR "

    def _day(self, period: Period, shift: int) -> str:
        ordinal = (period.first if shift < 0 else period.last).toordinal() + shift
        return self.value(type(period.first).fromordinal(max(ordinal, 1)).isoformat(), "Date")

    def instant(self, instant_ms: int) -> str:
        """An instant of milliseconds as a column's time compares with it."""
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
        if not reaches_engagement(self.question, entry.filters):
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


def reaches_engagement(question: Question, filters: tuple[Filter, ...], dimensions: tuple[str, ...] = ()) -> bool:
    """Whether a scroll goal is asked for, which engagement pings reach."""
    chosen = goals_asked(filters, question.goals) if "event:goal" in dimensions else []
    for entry in filters:
        if isinstance(entry, Leaf) and entry.dimension == "event:goal":
            chosen += goals_named(entry, question.goals)
    return any(goal.scroll_threshold is not None for goal in chosen)


def _fits_text(leaf: Leaf, text: str) -> bool:
    """The comparison as ``_Composer._fits`` has it, on a text at hand."""
    operator = leaf.operator.removesuffix("_not")
    if operator == "matches":
        flag = "" if leaf.case_sensitive else "(?i)"
        return any(fits_pattern(flag + value, text) for value in leaf.values)
    fold = (lambda text: text) if leaf.case_sensitive else str.lower
    values, text = [fold(value) for value in leaf.values], fold(text)
    return text in values if operator == "is" else any(value in text for value in values)
