"""Content: what of a portal works, by visitors of its pages, and what is missing: looked for, and not found."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.control.items import list_items
from footfall.errors import BadQuestion, Refused
from footfall.interests.found import holding, words_of
from footfall.interests.taxonomy import taxonomy
from footfall.sentences import NOTHING, Sentence
from footfall.serve.house import Desk, House
from footfall.serve.pages.content_words import KIND_NAMES
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.interests import Names, topic_names
from footfall.serve.pages.numbers import MOST_ROWS, Numbers, clear_change
from footfall.serve.pages.panels import panel_of, show
from footfall.serve.pages.portal import asker
from footfall.serve.pages.view import PERIODS, View, read_view
from footfall.serve.sign_in import visible_portal
from footfall.vocabulary import Item, Portal, Row

__all__ = ["BEHIND", "ContentPage", "Missed", "Order", "Work", "load", "missed", "read_order"]

ROWS_A_PAGE, MOST_MISSED, MOST_PAGES = 25, 20, 10_000
SORTS = {"name": "asc", "visitors": "desc", "change": "desc", "entries": "desc", "exits": "desc"}
"""And the direction that each begins with."""
CHOICES: dict[str, Any] = {"periods": PERIODS, "comparisons": (), "intervals": ()}


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """How the pages are listed."""

    sort: str = "visitors"
    """One of SORTS."""
    order: str = "desc"
    page: int = 1

    def sorted_by(self, sort: str) -> "Order":
        """By that column: turned round if it is sorted by already."""
        turned = "asc" if self.order == "desc" else "desc"
        return Order(sort=sort, order=turned if sort == self.sort else SORTS[sort])

    def at(self, page: int) -> "Order":
        return msgspec.structs.replace(self, page=page)

    def as_query(self, view: View) -> str:
        """The query of an address with this order and the view's period."""
        pairs = [("sort", self.sort), ("order", self.order), ("at", str(self.page))]
        return "?" + urlencode([*view.as_pairs(), *pairs])


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A page with what became of it."""

    path: str
    item: Item | None
    """``None`` where the catalogue has none at that path."""
    topics: tuple[str, ...]
    visitors: int
    entries: int | None
    exits: int | None
    change: float | None
    metric: str = "visitors"
    is_young: bool = False

    @property
    def name(self) -> str:
        return self.item.title if self.item else self.path

    @property
    def is_good(self) -> bool:
        return (self.change or 0) > 0

    @property
    def value(self) -> int:
        return self.visitors


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked for with the portal's own search."""

    term: str
    visitors: int | None
    """``None``: under the cohort."""
    empty: int | None
    """Of them, those whose search found nothing; ``None`` where that is not told: few, none, or drawn numbers."""
    items: int
    """Items of the catalogue with these words."""

    @property
    def is_missing(self) -> bool:
        return not self.items or self.empty is not None


class ContentPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    portal: Portal
    view: View
    order: Order
    is_drawn: bool
    has_items: bool
    first: datetime | None = None
    last: datetime | None = None
    """The period's first and last instant, local; ``None`` where there is no answer."""
    is_compared: bool = False
    works: tuple[Work, ...] = ()
    """Of this page of the list."""
    found: int = 0
    """On all pages."""
    pages: int = 1
    terms: tuple[Missed, ...] = ()
    fault: Sentence = NOTHING
    """Why there is no answer."""


def load(desk: Desk, portal: Portal, view: View, order: Order, names: Names) -> ContentPage:
    """Ask for pages and searches; a question that cannot be put or may not be answered leaves its sentence.

    Raises:
        Unavailable: the store is away.
    """
    numbers = Numbers(desk, portal, view)
    items = list_items(desk.control, portal.id, limit=MOST_ROWS * 10)
    page = ContentPage(portal=portal, view=view, order=order, is_drawn=numbers.is_drawn, has_items=bool(items))
    try:
        return _with_terms(_with_works(page, numbers, items, names), numbers, items)
    except (BadQuestion, Refused) as error:
        return msgspec.structs.replace(page, fault=error.sentence)


def _with_works(page: ContentPage, numbers: Numbers, items: Sequence[Item], names: Names) -> ContentPage:
    first, last = numbers.span
    is_compared = numbers.has_before()
    by_path = {item.path: item for item in items}
    metric = "visitors" if numbers.is_drawn else "visits"
    entries, exits = numbers.counts("visit:entry_page", metric=metric), numbers.counts("visit:exit_page", metric=metric)
    works = [
        _work(row, by_path.get(row.dimensions[0]), names, entries.get(row.dimensions), exits.get(row.dimensions), is_compared=is_compared)
        for row in numbers("event:page", compare=is_compared).rows
        if isinstance(row.metrics[0], int)
    ]
    ordered, pages = _ordered(works, page.order), max(1, -(-len(works) // ROWS_A_PAGE))
    order = page.order.at(min(page.order.page, pages))
    shown = tuple(ordered[(order.page - 1) * ROWS_A_PAGE : order.page * ROWS_A_PAGE])
    return msgspec.structs.replace(
        page, first=first, last=last, is_compared=is_compared, works=shown, found=len(works), pages=pages, order=order
    )


def _work(row: Row, item: Item | None, names: Names, entries: int | None, exits: int | None, *, is_compared: bool) -> Work:
    visitors = row.metrics[0]
    assert isinstance(visitors, int)
    return Work(
        path=row.dimensions[0],
        item=item,
        topics=tuple(names(topic) for topic, _ in item.topics) if item else (),
        visitors=visitors,
        entries=entries,
        exits=exits,
        change=clear_change(row) if is_compared else None,
    )


def _ordered(works: Iterable[Work], order: Order) -> list[Work]:
    """By the order's column, then by name; without a number last, whatever the direction."""
    turned = order.order == "desc"
    by_name = sorted(works, key=lambda work: work.name.casefold(), reverse=turned and order.sort == "name")
    if order.sort == "name":
        return by_name
    of: Callable[[Work], Any] = lambda work: getattr(work, order.sort)  # noqa: E731
    known = sorted((work for work in by_name if of(work) is not None), key=of, reverse=turned)
    return known + [work for work in by_name if of(work) is None]


def _with_terms(page: ContentPage, numbers: Numbers, items: Sequence[Item]) -> ContentPage:
    """The searches that may be told of; while events are kept, also which of them found nothing."""
    if numbers.is_drawn:
        terms = {labels[0]: visitors for labels, visitors in _summed(numbers.counts("time:week", "mart:search_term")).items()}
        return msgspec.structs.replace(page, terms=missed(terms, {}, items))
    searched, empty = (_of_panel(numbers, page.view, name) for name in ("search", "search_empty"))
    return msgspec.structs.replace(page, terms=missed(searched, empty, items))


def _summed(counts: dict[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    sums: dict[tuple[str, ...], int] = {}
    for (_, term), visitors in counts.items():
        sums[(term,)] = sums.get((term,), 0) + visitors
    return sums


def _of_panel(numbers: Numbers, view: View, name: str) -> dict[str, int]:
    """Visitors by term, as the portal page's panel of searches has them."""
    panel = panel_of("found")
    shown = show(panel, panel.tab(name), view, asker(numbers.desk, numbers.portal), limit=MOST_ROWS)
    rows = shown.released.answer.rows if shown.released else ()
    return {row.dimensions[0]: row.metrics[0] for row in rows if isinstance(row.metrics[0], int)}


def missed(searched: dict[str, int], empty: dict[str, int], items: Sequence[Item]) -> tuple[Missed, ...]:
    """Terms with how many items have their words: those first that nothing was found for, or that no item has, then by visitors."""
    words = words_of(items)
    found = [
        Missed(term=term, visitors=searched.get(term), empty=empty.get(term), items=holding(term, words))
        for term in dict.fromkeys((*searched, *empty))
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_missing, -(one.visitors or one.empty or 0), one.term))[:MOST_MISSED])


def read_order(given: dict[str, str]) -> Order:
    """The order of an address's names and values.

    Raises:
        BadQuestion: a value is not valid; the sentence says what is.
    """
    sort = given.get("sort") or "visitors"
    order = given.get("order") or SORTS.get(sort, "desc")
    page = given.get("at") or "1"
    for name, value, valid in (("sort", sort, tuple(SORTS)), ("order", order, ("asc", "desc"))):
        if value not in valid:
            raise BadQuestion("{name} {value!r} is not known. Valid: {valid}.", name=name, value=value, valid=", ".join(valid))
    if not (page.isascii() and page.isdecimal() and 0 < int(page) <= MOST_PAGES):
        raise BadQuestion("page {page!r} is not valid. Valid: 1 to {most}.", page=page, most=MOST_PAGES)
    return Order(sort=sort, order=order, page=int(page))


@get("/portals/{domain:str}/content")
async def content_page(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """What works, and what is missing."""
    view = read_view(list(request.query_params.multi_items())).changed(filters=())
    order = read_order(dict(request.query_params))
    portal = await visible_portal(house, request, domain)
    names = topic_names(taxonomy(house.desk.settings.topics_file), reader_of(request).language.code)
    page = await house.in_question_lane(lambda: load(house.desk, portal, view, order, names))
    return render(request, "content.html", page=page, portal=portal, part="works", kinds=KIND_NAMES, **CHOICES)


BEHIND = [content_page]
