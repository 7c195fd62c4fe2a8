"""What a page looks at, as its address says it: period, comparison, filters, graph. Read once, and written back into every link.

``?period=30d&compare=previous&metric=visits&interval=day&f=is,source,Google&f=contains,page,/news``
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, quote_plus

import msgspec

from footfall.errors import BadQuestion
from footfall.reports.catalogue import PROP

__all__ = [
    "COMPARISONS",
    "FIELDS",
    "INTERVALS",
    "METRICS",
    "NAMES",
    "OPERATORS",
    "PERIODS",
    "PROPERTY",
    "Chip",
    "View",
    "dimension_of",
    "is_property",
    "read_chips",
    "read_view",
    "read_view_text",
]

PERIODS = ("day", "24h", "7d", "28d", "30d", "91d", "month", "year", "6mo", "12mo", "all")
CUSTOM = "custom"
COMPARISONS = {"previous": "previous_period", "year": "year_over_year"}
INTERVALS = ("minute", "hour", "day", "week", "month")
METRICS = ("visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration")
"""The cards, and what the graph can show."""
OPERATORS = ("is", "is_not", "contains", "contains_not")
FIELDS = {
    "page": "event:page",
    "hostname": "event:hostname",
    "goal": "event:goal",
    "event": "event:name",
    "entry_page": "visit:entry_page",
    "exit_page": "visit:exit_page",
    **{
        name: f"visit:{name}"
        for name in (
            "source",
            "channel",
            "referrer",
            "utm_source",
            "utm_medium",
            "utm_campaign",
            "utm_content",
            "utm_term",
            "device",
            "browser",
            "browser_version",
            "os",
            "os_version",
            "country",
            "region",
            "city",
        )
    },
}
"""Names of dimensions in addresses; ``prop.NAME`` is a property."""
PROPERTY, TAB = "prop.", "tab."
NAMES = "property"
"""Stands for the names of properties: something to split by, nothing to filter by."""
MOST_FILTERS, LONGEST_FILTER = 20, 2000
PARTS = re.compile(r"((?:[^,\\]|\\.)*)(?:,|\Z)", re.DOTALL)


def dimension_of(field: str) -> str:
    """The dimension of a field of FIELDS, of ``prop.NAME``, or of NAMES."""
    if field == NAMES:
        return PROP.removesuffix(":")
    return PROP + field.removeprefix(PROPERTY) if field.startswith(PROPERTY) else FIELDS[field]


def is_property(field: str) -> bool:
    """Whether it is ``prop.NAME``."""
    return field.startswith(PROPERTY) and len(field) > len(PROPERTY)


class Chip(msgspec.Struct, frozen=True):
    """One filter."""

    operator: str
    """One of OPERATORS."""
    field: str
    """A name of FIELDS, or ``prop.NAME``."""
    values: tuple[str, ...]

    def as_question(self) -> list[Any]:
        """As the stats API takes it. Typed words need not match case."""
        found: list[Any] = [self.operator, dimension_of(self.field), list(self.values)]
        return [*found, {"case_sensitive": False}] if self.operator.startswith("contains") and self.field != "goal" else found

    def as_text(self) -> str:
        """As the address has it."""
        return ",".join(re.sub(r"([,\\])", r"\\\1", part) for part in (self.operator, self.field, *self.values))


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at, with every default filled in."""

    period: str = "30d"
    """One of PERIODS, or ``custom``: then ``first`` and ``last``."""
    first: str = ""
    last: str = ""
    compare: str = ""
    """A name of COMPARISONS, ``custom``, or empty for none."""
    compare_first: str = ""
    compare_last: str = ""
    metric: str = "visitors"
    """What the graph shows."""
    interval: str = ""
    """One of INTERVALS; empty is what suits the period."""
    filters: tuple[Chip, ...] = ()
    tabs: tuple[tuple[str, str], ...] = ()
    """Panel and chosen tab, of panels that do not show their first."""
    refused: str = ""
    """``1`` shows what was not counted as well."""
    focus: str = ""
    """The page in the middle of a journey, ``page`` in addresses; whoever shows journeys reads it."""

    @property
    def date_range(self) -> Any:
        return [self.first, self.last] if self.period == CUSTOM else self.period

    @property
    def comparisons(self) -> dict[str, Any] | None:
        """``include.comparisons`` of a question; ``None`` without one. "All" has nothing before it."""
        if not self.compare or self.period == "all":
            return None
        if self.compare == CUSTOM:
            return {"mode": "custom", "date_range": [self.compare_first, self.compare_last]}
        return {"mode": COMPARISONS[self.compare], "calendar": True}

    def with_filter(self, field: str, value: str) -> "View":
        """Also narrowed to that value of the field: another value of a field that is filtered already takes its place."""
        kept = tuple(chip for chip in self.filters if not (chip.field == field and chip.operator == "is"))
        return msgspec.structs.replace(self, filters=(*kept, Chip("is", field, (value,))))

    def without_filter(self, place: int) -> "View":
        return msgspec.structs.replace(self, filters=self.filters[:place] + self.filters[place + 1 :])

    def with_tab(self, panel: str, tab: str) -> "View":
        return msgspec.structs.replace(self, tabs=(*(pair for pair in self.tabs if pair[0] != panel), (panel, tab)))

    def tab(self, panel: str) -> str:
        """The panel's chosen tab; empty for its first."""
        return dict(self.tabs).get(panel, "")

    def as_body(self) -> dict[str, Any]:
        """Period and filters, as questions take them."""
        return {"date_range": self.date_range, "filters": [chip.as_question() for chip in self.filters]}

    def changed(self, **changes: Any) -> "View":
        return msgspec.structs.replace(self, **changes)

    def as_query(self) -> str:
        """The query of an address, with ``?`` before it; empty where everything is as usual."""
        pairs = self.as_pairs()
        return "?" + "&".join(f"{name}={quote_plus(value)}" for name, value in pairs) if pairs else ""

    def as_pairs(self) -> list[tuple[str, str]]:
        """Names and values, for the hidden fields of a form; only what is not as usual."""
        usual = View()
        names = {"first": "from", "last": "to", "compare_first": "compare_from", "compare_last": "compare_to"}
        fields = ("period", "first", "last", "compare", "compare_first", "compare_last", "metric", "interval", "refused")
        pairs = [(names.get(field, field), getattr(self, field)) for field in fields if getattr(self, field) != getattr(usual, field)]
        tabs = [(TAB + panel, tab) for panel, tab in self.tabs]
        pairs += [("page", self.focus)] if self.focus else []
        return [*pairs, *(("f", chip.as_text()) for chip in self.filters), *tabs]


def read_view(pairs: list[tuple[str, str]]) -> View:
    """The view of an address's names and values; names it does not know are left alone.

    ``field``, ``operator`` and ``value``, as a form sends them, are one more filter.

    Raises:
        BadQuestion: a value is not valid; the sentence names it and what is valid.
    """
    given: dict[str, str] = {}
    chips: list[Chip] = []
    for name, value in pairs:
        if name == "f":
            chips.append(_chip(value))
        else:
            given[name] = value.strip()
    if given.get("value"):
        chips.append(_chip(Chip(given.get("operator", ""), given.get("field", ""), (given["value"],)).as_text()))
    if len(chips) > MOST_FILTERS:
        raise BadQuestion("There are {count} filters here. Valid: at most {most}.", count=len(chips), most=MOST_FILTERS)
    first, last = _days(given, "from", "to", needed=given.get("period") == CUSTOM)
    compare_first, compare_last = _days(given, "compare_from", "compare_to", needed=given.get("compare") == CUSTOM)
    return View(
        period=_one_of(given, "period", (*PERIODS, CUSTOM), "30d"),
        first=first,
        last=last,
        compare=_one_of(given, "compare", (*COMPARISONS, CUSTOM, ""), ""),
        compare_first=compare_first,
        compare_last=compare_last,
        metric=_one_of(given, "metric", METRICS, "visitors"),
        interval=_one_of(given, "interval", (*INTERVALS, ""), ""),
        refused=_one_of(given, "refused", ("1", ""), ""),
        filters=tuple(chips),
        tabs=tuple((name.removeprefix(TAB), value) for name, value in given.items() if name.startswith(TAB)),
    )


def read_chips(texts: Iterable[str]) -> tuple[Chip, ...]:
    """The filters of these texts, as addresses have them. Raises BadQuestion as ``read_view`` does."""
    return tuple(_chip(text) for text in texts)


def read_view_text(query: str) -> View:
    """The view of an address's query as text, with or without its ``?``. Raises as ``read_view``."""
    return read_view(parse_qsl(query.removeprefix("?"), keep_blank_values=True))


def _one_of(given: dict[str, str], name: str, valid: tuple[str, ...], usual: str) -> str:
    value = given.get(name, "") or usual
    if value not in valid:
        raise BadQuestion(
            "{name} {value!r} is not known. Valid: {valid}.", name=name, value=value, valid=", ".join(one for one in valid if one)
        )
    return value


def _days(given: dict[str, str], first: str, last: str, *, needed: bool) -> tuple[str, str]:
    """Two days, nothing where they are not needed; those in the wrong order are turned round."""
    if not needed:
        return "", ""
    try:
        days = sorted(date.fromisoformat(given.get(name, "")) for name in (first, last))
    except ValueError:
        raise BadQuestion("A custom period needs two days, {first} and {last}, such as 2026-01-31.", first=first, last=last) from None
    return days[0].isoformat(), days[1].isoformat()


def _chip(text: str) -> Chip:
    parts = [re.sub(r"(?s)\\(.)", r"\1", part) for part in PARTS.findall(text)[:-1]]
    operator, field, *values = (*parts, "", "")[: max(len(parts), 2)]
    if operator not in OPERATORS:
        raise BadQuestion("Filter {operator!r} is not known. Valid: {valid}.", operator=operator, valid=", ".join(OPERATORS))
    if field not in FIELDS and not is_property(field):
        raise BadQuestion(
            "A filter on {field!r} is not known. Valid: {valid}, {prop}NAME.", field=field, valid=", ".join(FIELDS), prop=PROPERTY
        )
    if not values or len(text) > LONGEST_FILTER:
        raise BadQuestion("A filter is operator, name and at least one value, at most {most} characters in all.", most=LONGEST_FILTER)
    return Chip(operator, field, tuple(values))
