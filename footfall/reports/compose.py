"""From a question to SQL: pieces out of the catalogue, values as typed parameters, one statement a table."""

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from footfall.local_time import local_midnight
from footfall.reports.catalogue import PROP, TOPIC, VISIT_METRICS, dimension
from footfall.reports.conditions import Conditions, reaches_engagement
from footfall.reports.filters import Filter, event_dimensions, goals_asked, leaves
from footfall.reports.periods import bucket_starts
from footfall.reports.question import Question
from footfall.reports.statements import Joint, Part, Rows, Statement, sums_of
from footfall.reports.whole_days import Days
from footfall.store.item_topics import PAGES
from footfall.store.rollup import ORIGIN

__all__ = [
    "COUNTED_TO",
    "ENTRY_COLUMNS",
    "engagement_statement",
    "events_statement",
    "exits_statement",
    "first_event_statement",
    "is_needed",
    "visits_statement",
]

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
CAMPAIGNS = tuple(f"visit:utm_{name}" for name in ("medium", "source", "campaign", "content", "term"))
ENTRY_COLUMNS = {"event:page": "entry_page", "event:hostname": "entry_hostname"}
"""Where visits stand when an answer is grouped by what only events have."""
COUNTED_TO = 100
"""No policy may ask for a larger cohort than this."""
ENTRY_HOST = ("visit:source", "visit:referrer", "visit:entry_page", *CAMPAIGNS)


class Wanted(msgspec.Struct):
    """Which rows of a table a statement reads."""

    scopes: list[str]
    """Of the portal and its range: any of them, and no row fits two."""
    conditions: list[str]
    """All must hold."""
    fixed: list[str] = []
    """These too; they hold for all versions of a visit's row, and all of its events, or for none."""


class _Composer(Conditions):
    """Puts one statement together."""

    def __init__(self, question: Question, days: Days | None = None) -> None:
        super().__init__(question, days)
        self.buckets: list[str] = []
        """By scope: the bucket of its rows; empty where all scopes have the same expression."""

    def group(self, name: str, table: str, columns: dict[str, str]) -> str:
        """The expression a dimension groups by."""
        if name.startswith("time:"):
            return self._bucket(name[5:], table)
        if name == "event:goal":
            asked = goals_asked(self.question.filters, self.question.goals)
            tests = [f"if({self.goal(goal)}, [{index}], [])" for index, goal in enumerate(self.question.goals) if goal in asked]
            return f"arrayJoin(arrayConcat({', '.join([*tests, 'emptyArrayUInt8()'])}))"
        if name == TOPIC:
            return f"arrayJoin({self.topics()})"
        if name.startswith(PROP):
            return f"props[{self.value(name[len(PROP) :])}]"
        found = dimension(name)
        assert found is not None
        return f"toString({columns.get(name) or getattr(found, table)})"

    def topics(self) -> str:
        """The topics of an event's page, by the map that stands: none where it has none."""
        pages = PAGES.replace("{site:UInt32}", self.value(self.question.portal.id, "UInt32"))
        # TRICKY: transform takes no empty list, and to no lists; a topic's name holds no line feed.
        lists = "arrayPushBack(groupArray(path), ''), arrayPushBack(groupArray(arrayStringConcat(topics, '\\n')), '')"
        known = f"(SELECT ({lists}) FROM ({pages}))"
        found = f"transform(toString(path), tupleElement({known}, 1), tupleElement({known}, 2), '')"
        return f"arrayFilter(topic -> topic != '', splitByChar('\\n', {found}))"

    def _bucket(self, unit: str, table: str) -> str:
        seconds = [start // 1000 for start in bucket_starts(self.question.period, unit)]
        if table == "events" and self.days is not None:
            return self._bucket_of_day(seconds, self.days)
        starts = self.value(seconds, "Array(UInt32)")
        if table == "events":
            return f"roundDown(toUnixTimestamp(time), {starts})"
        if unit in ("day", "week", "month"):
            return f"roundDown(toUnixTimestamp(end), {starts})"
        first, last = f"roundDown(toUnixTimestamp(start), {starts})", f"roundDown(toUnixTimestamp(end), {starts})"
        between = f"arrayFilter(at -> at BETWEEN {first} AND {last}, {starts})"
        return f"arrayJoin(if({first} = {last}, [{first}], {between}))"

    def _bucket_of_day(self, starts: list[int], days: Days) -> str:
        """An event's bucket: by its day where that is whole, else by its time."""
        midnights = [local_midnight(day, self.question.period.zone) // 1000 for day in days.whole]
        found = self.value([starts[bisect_right(starts, midnight) - 1] for midnight in midnights], "Array(UInt32)")
        by_day = f"transform(day, {self.value(list(days.whole), 'Array(Date)')}, {found}, toUInt32(0))"
        if not days.partial:
            return by_day
        self.buckets = [f", {by_day} AS bucket", f", roundDown(toUnixTimestamp(time), {self.value(starts, 'Array(UInt32)')}) AS bucket"]
        return "bucket"

    def statement(self, table: str, sums: dict[str, str], wanted: Wanted, columns: dict[str, str]) -> Statement:
        """The sums over the wanted rows, grouped as the question says."""
        names = self.question.dimensions
        groups = [f"{self.group(name, table, columns)} AS d{index}" for index, name in enumerate(names)]
        shown = [*groups, *(f"{sql} AS {name}" for name, sql in sums.items())]
        by = " GROUP BY " + ", ".join(f"d{index}" for index in range(len(names))) if names else ""
        rows = self._rows(table, wanted)
        part = self._part(rows, groups[0].removesuffix(" AS d0") if groups else "", sums) if table == "visits" and len(names) < 2 else None
        return Statement(f"SELECT {', '.join(shown)}\nFROM {rows}{by}", self.parameters, tuple(sums), part)

    def _part(self, rows: str, group: str, sums: dict[str, str]) -> Part | None:
        """Events have none: they are counted by visit where pages are not, which costs more than to read them again."""
        if "arrayJoin" in group:
            return None
        read = {name: value for name, value in self.parameters.items() if f"{{{name}:" in rows}
        nothing: Rows = [] if group else [(0,) * len(sums)]
        return Part(
            family=(rows, repr(read)), group=group, sums=sums, given=self.parameters, nothing=nothing, join=lambda some: _joined(rows, some)
        )

    def _rows(self, table: str, wanted: Wanted) -> str:
        early = "\nPREWHERE " + " AND ".join(wanted.fixed) if wanted.fixed else ""
        source = ("visits FINAL" if table == "visits" else "events") + early
        if len(wanted.scopes) == 1:
            return f"{source}\nWHERE " + "\n  AND ".join([*wanted.scopes, *wanted.conditions])
        # A subquery inside of each part would run once for each.
        outer = [condition for condition in wanted.conditions if "SELECT" in condition]
        inner = [condition for condition in wanted.conditions if condition not in outer]
        buckets = self.buckets or [""] * len(wanted.scopes)
        parts = [
            f"SELECT *{bucket} FROM {source}\nWHERE " + "\n  AND ".join([scope, *inner])
            for scope, bucket in zip(wanted.scopes, buckets, strict=True)
        ]
        rows = "(\n" + "\nUNION ALL\n".join(parts) + "\n)"
        return rows + ("\nWHERE " + "\n  AND ".join(outer) if outer else "")


def _joined(rows: str, statements: Sequence[Statement]) -> Joint:
    """The rows read once, and grouped by each of the groups."""
    parts, sums = [one.part for one in statements if one.part], sums_of(statements)
    groups = list(dict.fromkeys(part.group for part in parts if part.group))
    names = [f"d{index}" for index in range(len(groups))]
    place = f"indexOf([{', '.join(f'grouping({name})' for name in names)}], 0) AS place" if groups else "0 AS place"
    values = [f"{group} AS {name}" for group, name in zip(groups, names, strict=True)]
    sets = [f"({name})" for name in names] + ["()"] * any(not part.group for part in parts)
    by = f" GROUP BY GROUPING SETS ({', '.join(sets)})" if groups else ""
    shown = ", ".join([place, *values, *(f"{sql} AS {name}" for name, sql in sums.items())])
    parameters = {name: value for part in parts for name, value in part.given.items()}
    return Joint(f"SELECT {shown}\nFROM {rows}{by}", parameters, ("", *groups), len(groups), tuple(sums))


def events_statement(question: Question, days: Days | None = None) -> Statement:
    """Visitors, visits, pageviews and events of the matching events; visitors with a pageview, and with more than engagement."""
    with_engagement = reaches_engagement(question, question.filters, question.dimensions)
    composer = _Composer(question, None if with_engagement else days)
    scopes = composer.scopes("events")
    fixed, other = _by_steadiness(question.filters)
    early, conditions = composer.all_of(fixed, "events"), composer.all_of(other, "events")
    sums = {
        "visitors": "uniqExactIf(visitor, visitor != 0)",
        "visits": "uniqExactIf(visit, visit != 0)",
        "pageviews": "countIf(name = 'pageview')",
        "events": "countIf(name != 'engagement')",
        "viewers": _some_visitors("visitor != 0 AND name = 'pageview'"),
    }
    if with_engagement:
        sums["actors"] = _some_visitors("visitor != 0 AND name != 'engagement'")
    else:
        conditions.append("name != 'engagement'")
    conditions += _host_conditions(composer, "events")
    asked = {name: sql for name, sql in sums.items() if is_needed(name, question, "events")}
    return composer.statement("events", asked, Wanted(scopes, conditions, early), {})


def visits_statement(question: Question, days: Days | None = None) -> Statement:
    """Visitors, visits and the sums behind bounce rate, duration and views per visit, over visits."""
    composer = _Composer(question, days)
    scopes = composer.scopes("visits")
    columns = {name: column for name, column in ENTRY_COLUMNS.items() if name in question.dimensions}
    plain = tuple(entry for entry in question.filters if not event_dimensions((entry,)))
    entered_on = tuple(entry for entry in question.filters if entry not in plain and event_dimensions((entry,)) <= set(columns))
    other = tuple(entry for entry in question.filters if entry not in plain and entry not in entered_on)
    fixed, moving = _by_steadiness(plain)
    conditions = [*composer.all_of(moving, "visits"), *composer.all_of(entered_on, "visits", columns)]
    if other:
        inner = [composer.events_scope(), "visit != 0", *composer.all_of(other, "events")]
        if not reaches_engagement(question, other):
            inner.append("name != 'engagement'")
        conditions.append(f"visit IN (SELECT visit FROM events WHERE {' AND '.join(inner)})")
    conditions += _host_conditions(composer, "visits")
    sums = {"visitors": "uniqExact(visitor)", "visits": "count()"} | _bounces(composer)
    sums |= {"seconds": "sum(duration_s)", "views": "sum(pageviews)"}
    asked = {name: sql for name, sql in sums.items() if is_needed(name, question, "visits")}
    return composer.statement("visits", asked, Wanted(scopes, conditions, composer.all_of(fixed, "visits")), columns)


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
    scopes = composer.scopes("events")
    conditions = ["name = 'engagement'", "visit != 0", *composer.all_of(question.filters, "events")]
    conditions += _host_conditions(composer, "events")
    sums = {
        "who": "any(visitor)",
        "deepest": "maxIf(scroll_depth, scroll_depth <= 100)",
        "scrolled": "countIf(scroll_depth <= 100) > 0",
        "engaged_ms": "sum(engagement_ms)",
    }
    inner = composer.statement("events", sums, Wanted(scopes, conditions), {})
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
    wanted = Wanted(composer.scopes("events"), ["name = 'pageview'", *composer.all_of(kept, "events")])
    return composer.statement("events", {"page_views": "count()"}, wanted, {})


def first_event_statement(question: Question) -> Statement:
    """The time of the portal's first event, epoch milliseconds; 0 without any."""
    composer = _Composer(question)
    site = composer.value(question.portal.id, "UInt32")
    return Statement(f"SELECT toUnixTimestamp64Milli(min(time)) FROM events WHERE site = {site}", composer.parameters, ("first",))


def _some_visitors(condition: str) -> str:
    """How many visitors fit, counted up to ``COUNTED_TO``: the gate wants to know whether they are enough, and an exact count costs as
    much as that of all visitors."""
    return f"length(groupUniqArrayIf({COUNTED_TO})(visitor, {condition}))"


def _by_steadiness(filters: tuple[Filter, ...]) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
    """Those that look only at what a visit's first event fixes, and the others."""
    return tuple(entry for entry in filters if _is_fixed(entry)), tuple(entry for entry in filters if not _is_fixed(entry))


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
