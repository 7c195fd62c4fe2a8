"""The marts of interest: what people care about, by topic, place, page and search, out of the numbers drawn for the city alone.

Each is made of drawn answers that were released, so nothing here costs anything or tells more than those do; a ratio of two has the noise
of both. What is missing was under its threshold. What the catalogue says of a page is put beside its numbers once they are released.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any

import msgspec

from footfall.control.items import list_items
from footfall.control.keys import Key
from footfall.errors import BadQuestion, NotFound
from footfall.interests.found import holding, words_of
from footfall.privacy.policy import CITY
from footfall.serve.answers import drawn_of
from footfall.serve.house import Desk
from footfall.serve.keys import portal_for
from footfall.serve.mart_shapes import InterestMart, Source
from footfall.vocabulary import Item, Portal, Row

__all__ = ["NAMED", "Named", "as_parquet", "at_most", "flat", "interest_mart", "named", "portals_of", "rows_of"]

MOST_ROWS, MOST_ITEMS = 10_000, 100_000
DEMANDED = ("service", "form")
"""Kinds of items whose pages are demand for a service."""
SUNDAY = timedelta(days=6)
Cells = list[list[Any]]


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A mart of interest."""

    name: str
    says: str
    columns: tuple[str, ...]
    """Names and ClickHouse types; the portal is before them."""
    of: tuple[str, ...]
    """What it is made of: marts that are drawn."""
    rows: Callable[["Reader"], Cells]

    @property
    def names(self) -> tuple[str, ...]:
        return ("portal", *(column.split(" ", 1)[0] for column in self.columns))


class Reader:
    """Asks the drawn marts about a portal and a period, and keeps what must be said of their noise."""

    def __init__(self, desk: Desk, portal: Portal, date_range: Any) -> None:
        self.desk, self.portal, self.date_range = desk, portal, date_range
        self.sources: dict[str, Source] = {}

    def __call__(self, *by: str, compare: bool = False) -> Sequence[Row]:
        """Visitors by these dimensions, most first; with the period before where ``compare`` asks for it.

        Raises:
            BadQuestion: the period is none, or has more than MOST_ROWS rows.
        """
        body = {
            "metrics": ["visitors"],
            "dimensions": list(by),
            "date_range": self.date_range,
            "include": {"total_rows": True} | ({"comparisons": {"mode": "previous_period"}} if compare else {}),
        }
        answer = drawn_of(self.desk, self.portal, body, CITY.name).answer
        if int(str(answer.meta["total_rows"])) > MOST_ROWS:
            raise BadQuestion("That would be more than {most:,} rows of a portal. Ask for fewer days.", most=MOST_ROWS)
        told: Any = answer.meta["release"]
        before = self.sources.get(told["mart"])
        lines = sorted({*told["lines"], *(before.lines if before else ())})
        self.sources[told["mart"]] = Source(self.portal.domain, told["mart"], told["rho"], told["sigma"], told["threshold"], lines)
        self._days: Any = answer.query["date_range"]
        return answer.rows

    def visitors(self, *by: str) -> dict[tuple[str, ...], int]:
        """The same by labels, of what is there."""
        return {row.dimensions: row.metrics[0] for row in self(*by) if isinstance(row.metrics[0], int)}

    @cached_property
    def items(self) -> dict[str, Item]:
        """The portal's catalogue by path, without texts."""
        return {item.path: item for item in list_items(self.desk.control, self.portal.id, limit=MOST_ITEMS)}

    def over_whole_weeks(self) -> "Reader | None":
        """The same over the weeks, Monday to Sunday, that are in the period; ``None`` without one."""
        self()
        first, last = (date.fromisoformat(text[:10]) for text in self._days)
        monday = first + timedelta(days=-first.weekday() % 7)
        sunday = last - timedelta(days=(last.weekday() + 1) % 7)
        if sunday - monday < SUNDAY:
            return None
        inner = Reader(self.desk, self.portal, [str(monday), str(sunday)])
        inner.sources = self.sources
        return inner


def interest_mart(desk: Desk, name: str, portals: Sequence[Portal], date_range: Any) -> InterestMart:
    """The mart of that name of these portals, one after another, over a period's name or two dates.

    Raises:
        BadQuestion: the period is none, or has too many rows.
        NotFound: there is no such mart.
        Unavailable: the store is away.
    """
    wanted = named(name)
    rows: Cells = []
    sources: list[Source] = []
    for portal in portals:
        reader = Reader(desk, portal, date_range)
        rows += [[portal.domain, *row] for row in wanted.rows(reader)]
        sources += reader.sources.values()
    return InterestMart(mart=name, says=wanted.says, policy=CITY.name, columns=list(wanted.names), rows=rows, sources=sources)


def named(name: str) -> Named:
    """Raises NotFound where there is none."""
    found = next((one for one in NAMED if one.name == name), None)
    if found is None:
        raise NotFound("Mart {mart!r} is not known. Valid: {valid}.", mart=name, valid=", ".join(one.name for one in NAMED))
    return found


def portals_of(desk: Desk, domains: Sequence[str], key: Key | None = None) -> list[Portal]:
    """The portals of these names, or all that the key may see. ``key`` is ``None`` for the machine's own operator.

    Raises:
        NotFound, Forbidden: there is no such portal, or the key may not.
    """
    wanted = domains or (key.portals if key else ()) or [portal.domain for portal in desk.control.portals()]
    return [portal_for(desk.control, key, "marts:read", domain) for domain in wanted]


def rows_of(found: InterestMart) -> Iterable[dict[str, Any]]:
    """Rows by the names of their columns."""
    return (dict(zip(found.columns, row, strict=True)) for row in found.rows)


def flat(cell: Any) -> Any:
    """A value as a table's cell: of a list its values with spaces between."""
    return " ".join(cell) if isinstance(cell, list) else cell


def as_parquet(desk: Desk, found: InterestMart) -> bytes:
    """The rows as a Parquet file. Raises Unavailable."""
    rows = b"".join(msgspec.json.encode(row) + b"\n" for row in rows_of(found))
    return desk.engine.as_parquet(("portal String", *named(found.mart).columns), rows)


def lift(together: int, one: int | None, other: int | None, whole: int | None) -> float | None:
    """How much oftener two meet than if they had nothing to do with each other: 1 is chance; ``None`` where a number is not known.

    >>> lift(30, 100, 60, 1000)
    5.0
    """
    return round(together * whole / (one * other), 2) if one and other and whole else None


def _plain(row: Row) -> list[Any]:
    return [*row.dimensions, row.metrics[0], row.plus_minus]


def _by_topic(ask: Reader) -> Cells:
    return [[day, topic, int(hour), *rest] for day, topic, hour, *rest in map(_plain, ask("time:day", "event:topic", "mart:topic_hour"))]


def _by_place(ask: Reader) -> Cells:
    return [_plain(row) for row in ask("mart:place_topic", "mart:place_region")]


def _pairs(ask: Reader, pair: tuple[str, str], one: str, *, mart: str, cells_a_day: int) -> Cells:
    """Pairs with their lift, over the whole weeks of the period. Each of the two alone is told by that mart, in so many cells a day."""
    weeks = ask.over_whole_weeks()
    if weeks is None:
        return []
    whole, days = next(((row.metrics[0], row.cells) for row in weeks() if isinstance(row.metrics[0], int)), (None, 0))
    sides = weeks(one)
    alone = {row.dimensions: at_most(row, days * cells_a_day, weeks.sources[mart].tau) for row in sides}
    return [
        [*_plain(row), lift(row.metrics[0], alone.get(row.dimensions[:1]), alone.get(row.dimensions[1:]), whole)]
        for row in weeks(*pair)
        if isinstance(row.metrics[0], int)
    ]


def at_most(row: Row, cells: int, tau: int) -> int | None:
    """The sum, were each of so many cells that is absent as large as the threshold: one over it on some days alone is not all that there
    was. ``None`` where that would be more than twice what was drawn.

    >>> at_most(Row(("/a",), (600,), cells=5), 7, 90), at_most(Row(("/a",), (100,), cells=1), 7, 90)
    (780, None)
    """
    drawn = row.metrics[0]
    absent = max(cells - row.cells, 0) * tau
    return drawn + absent if isinstance(drawn, int) and absent <= drawn else None


def _items(ask: Reader) -> Cells:
    return _pairs(ask, ("mart:pair_page", "mart:pair_other"), "event:page", mart="page", cells_a_day=1)


def _topics(ask: Reader) -> Cells:
    return _pairs(ask, ("mart:pair_topic", "mart:pair_other_topic"), "event:topic", mart="topic_hour", cells_a_day=24)


def _flows(ask: Reader) -> Cells:
    return [_plain(row) for row in ask("mart:from")]


def _services(ask: Reader) -> Cells:
    """Goals, and pages of services and forms, most visitors first."""
    whole = ask.visitors().get(())
    goals = [_demand("goal", row.dimensions[0], "", row, whole) for row in ask("event:goal")]
    pages = [
        _demand(item.kind, item.title, item.path, row, whole)
        for row in ask("event:page")
        if (item := ask.items.get(row.dimensions[0])) and item.kind in DEMANDED
    ]
    return sorted((*goals, *pages), key=lambda row: -(row[3] or 0))


def _demand(what: str, name: str, page: str, row: Row, whole: int | None) -> list[Any]:
    return [what, name, page, row.metrics[0], row.plus_minus, _share(row, whole)]


def _share(row: Row, whole: int | None) -> float | None:
    """In percent."""
    visitors = row.metrics[0]
    return round(100 * visitors / whole, 1) if whole and isinstance(visitors, int) else None


def _searches(ask: Reader) -> Cells:
    words = words_of(ask.items.values())
    holds = cache(lambda term: holding(term, words))
    return [[*_plain(row), holds(row.dimensions[1]) if ask.items else None] for row in ask("time:week", "mart:search_term")]


def _content(ask: Reader) -> Cells:
    entries, exits = ask.visitors("visit:entry_page"), ask.visitors("visit:exit_page")
    is_compared = ask.date_range != "all"
    return [
        [row.dimensions[0], *_known(ask, row), *_plain(row)[1:], entries.get(row.dimensions), exits.get(row.dimensions), *_beside(row)]
        for row in ask("event:page", compare=is_compared)
    ]


def _known(ask: Reader, row: Row) -> list[Any]:
    """Title, kind and topics of the page, best first; empty where the catalogue lacks it."""
    item = ask.items.get(row.dimensions[0])
    return [item.title, item.kind, [topic for topic, _ in item.topics]] if item else ["", "", []]


def _beside(row: Row) -> list[Any]:
    """The period before, and the change in percent where it is clear."""
    before = row.comparison.metrics[0] if row.comparison else None
    return [before, row.change[0] if row.change else None]


COUNT = ("visitors Nullable(Int64)", "plus_minus Nullable(Int64)")
NAMED = (
    Named(
        name="interest_by_topic",
        says="Visitors by topic, day and the hour of the topic's first page.",
        columns=("day Date", "topic String", "hour UInt8", *COUNT),
        of=("topic_hour",),
        rows=_by_topic,
    ),
    Named(
        name="interest_by_place",
        says="Visitor-days by topic and region.",
        columns=("topic String", "region String", *COUNT),
        of=("topic_place",),
        rows=_by_place,
    ),
    Named(
        name="item_affinity",
        says="Pairs of pages seen on one day, over whole weeks; lift 1 is chance.",
        columns=("page String", "other String", *COUNT, "lift Nullable(Float64)"),
        of=("co_visit", "page", "portal"),
        rows=_items,
    ),
    Named(
        name="topic_affinity",
        says="Pairs of topics met on one day, over whole weeks; lift 1 is chance.",
        columns=("topic String", "other String", *COUNT, "lift Nullable(Float64)"),
        of=("topic_pair", "topic_hour", "portal"),
        rows=_topics,
    ),
    Named(
        name="portal_flows",
        says="Visitor-days that another registered portal led here.",
        columns=("from String", *COUNT),
        of=("flow",),
        rows=_flows,
    ),
    Named(
        name="service_demand",
        says="Visitor-days that reached a goal, or saw a page of a service or form, and their share of all, in percent.",
        columns=("what String", "name String", "page String", *COUNT, "share Nullable(Float64)"),
        of=("goal", "page", "portal"),
        rows=_services,
    ),
    Named(
        name="search_demand",
        says="Visitors of a week who looked for a term with the portal's own search, and how many items of the catalogue have its words.",
        columns=("week Date", "term String", *COUNT, "items Nullable(UInt32)"),
        of=("search_term",),
        rows=_searches,
    ),
    Named(
        name="content_performance",
        says="Visitor-days of each page, how many began and ended a visit there, and the period before; an unclear change is absent.",
        columns=(
            *("page String", "title String", "kind String", "topics Array(String)", *COUNT),
            *("entries Nullable(Int64)", "exits Nullable(Int64)", "before Nullable(Int64)", "change Nullable(Float64)"),
        ),
        of=("page", "entry_exit"),
        rows=_content,
    ),
)
"""In the order in which they are listed."""
