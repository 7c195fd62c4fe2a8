"""Interests: which topics a portal's visitors care about, over time and by place, what is rising, and what goes together."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from math import ceil
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.control.items import count_items
from footfall.errors import BadQuestion, Refused
from footfall.interests.taxonomy import Taxonomy, taxonomy
from footfall.privacy.noisy import NINE_IN_TEN
from footfall.privacy.policy import CITY
from footfall.sentences import NOTHING, Sentence
from footfall.serve.answers import drawn_of
from footfall.serve.house import Desk, House
from footfall.serve.interest_marts import interest_mart
from footfall.serve.pages import sparkline
from footfall.serve.pages.arcs import Arcs, draw_arcs
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.numbers import Numbers, clear_change
from footfall.serve.pages.sparkline import Sparkline
from footfall.serve.pages.view import PERIODS, View, read_view
from footfall.serve.sign_in import visible_portal
from footfall.vocabulary import Answer, Portal, Row

__all__ = ["BEHIND", "Interest", "InterestsPage", "Pair", "Region", "load", "strongest", "topic_names"]

MOST_PLACES, TOPICS_BY_PLACE = 12, 5
MOST_RISING, MOST_PAIRS, MOST_BY_DAY = 4, 14, 6
MEETING = 1.1
"""Lift from which two topics are drawn together: what is nearer to 1 is chance."""
DAYS_OF_DAYS = 120
"""A longer period is drawn by weeks."""
Names = Callable[[str], str]


class Interest(msgspec.Struct, frozen=True, kw_only=True):
    """One topic."""

    id: str
    name: str
    visitors: int
    before: int | None = None
    change: float | None = None
    """Percent; ``None`` where it is chance, or there is nothing to compare with."""
    values: tuple[int | None, ...] = ()
    """Of each step."""
    spark: Sparkline | None = None
    metric: str = "visitors"
    is_young: bool = False

    @property
    def is_good(self) -> bool:
        return (self.change or 0) > 0

    @property
    def value(self) -> int:
        return self.visitors

    @property
    def is_once(self) -> bool:
        """Only one of several steps has a number. Of drawn ones that is likely noise: every topic has a cell an hour, and of thousands of
        empty cells a few are over the threshold by chance."""
        return len(self.values) > 1 and sum(value is not None for value in self.values) <= 1


class Region(msgspec.Struct, frozen=True):
    """Where visitors came from, with their number of each topic of the page; ``None`` where it was under the threshold."""

    code: str
    visitors: tuple[int | None, ...]


class Pair(msgspec.Struct, frozen=True):
    """Two topics that were met on one day."""

    one: str
    other: str
    visitors: int
    plus_minus: int | None
    lift: float | None

    def may_be_noise(self, sigma: float, weeks: int) -> bool:
        """Only one of several weeks has a number, as of a topic."""
        return weeks > 1 and (self.plus_minus or 0) <= ceil(NINE_IN_TEN * sigma)


class InterestsPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    portal: Portal
    view: View
    is_drawn: bool
    """Out of the marts: with noise, and absent under their threshold."""
    has_items: bool
    """The catalogue has any; without, no page has a topic."""
    marts_begin: date | None = None
    """The day to come on which the marts of interests begin; ``date.max`` where it is not known yet."""
    first: datetime | None = None
    last: datetime | None = None
    """The period's first and last instant, local; ``None`` where there is no answer."""
    is_compared: bool = False
    """There are numbers of all of the period before."""
    unit: str = "day"
    steps: tuple[date, ...] = ()
    topics: tuple[Interest, ...] = ()
    columns: tuple[str, ...] = ()
    """Names of the topics that places are told by."""
    regions: tuple[Region, ...] = ()
    pairs: tuple[Pair, ...] = ()
    arcs: Arcs | None = None
    is_by_lift: bool = True
    """The arcs are; else by visitors, where no lift can be told."""
    sizes: dict[str, int] = {}
    """Visitors of each node of the arcs."""
    fault: Sentence = NOTHING
    """Why there is no answer."""

    @property
    def weeks(self) -> int:
        """Whole ones, Monday to Sunday."""
        if self.first is None or self.last is None:
            return 0
        return max(0, (self.last.date() - self.first.date()).days + 1 - -self.first.weekday() % 7) // 7

    @property
    def rising(self) -> tuple[Interest, ...]:
        """What has clearly more visitors than in the period before, by how many more."""
        up = [topic for topic in self.topics if (topic.change or 0) > 0]
        return tuple(sorted(up, key=lambda topic: (topic.before or 0) - topic.visitors)[:MOST_RISING])

    @property
    def drawn_days(self) -> tuple[Interest, ...]:
        """Those whose numbers stand in the table by day."""
        return self.topics[:MOST_BY_DAY]


def topic_names(topics: Taxonomy, code: str) -> Names:
    """What topics are called in that language; one that the taxonomy has not by its id."""
    return lambda id: topics[id].name(code) if id in topics else id


def load(desk: Desk, portal: Portal, view: View, names: Names) -> InterestsPage:
    """Ask for topics, places and pairs; a question that cannot be put or may not be answered leaves its sentence.

    Raises:
        Unavailable: the store is away.
    """
    numbers = Numbers(desk, portal, view)
    page = InterestsPage(
        portal=portal,
        view=view,
        is_drawn=numbers.is_drawn,
        has_items=count_items(desk.control, portal.id) > 0,
        marts_begin=numbers.marts_begin(),
    )
    try:
        return _with_pairs(_with_places(_with_topics(page, numbers, names), desk, names), desk, names)
    except (BadQuestion, Refused) as error:
        return msgspec.structs.replace(page, fault=error.sentence)


def _with_topics(page: InterestsPage, numbers: Numbers, names: Names) -> InterestsPage:
    first, last = numbers.span
    unit = "day" if (last - first).days < DAYS_OF_DAYS else "week"
    is_compared = numbers.has_before(of_interests=True)
    rows = [row for row in numbers("event:topic", compare=is_compared).rows if isinstance(row.metrics[0], int)]
    steps, series = _series(numbers(f"time:{unit}", "event:topic"))
    found = (_interest(row, names, steps, series, is_compared=is_compared) for row in rows)
    topics = tuple(topic for topic in found if not (numbers.is_drawn and topic.is_once))
    return msgspec.structs.replace(page, first=first, last=last, is_compared=is_compared, unit=unit, steps=steps, topics=topics)


def _series(answer: Answer) -> tuple[tuple[date, ...], dict[tuple[str, str], int]]:
    """The beginning of each step, and visitors by it and topic."""
    labels: Any = answer.meta["time_labels"]
    values = {(row.dimensions[0], row.dimensions[1]): row.metrics[0] for row in answer.rows if isinstance(row.metrics[0], int)}
    return tuple(date.fromisoformat(label[:10]) for label in labels), values


def _interest(row: Row, names: Names, steps: Sequence[date], series: dict[tuple[str, str], int], *, is_compared: bool) -> Interest:
    id, visitors = row.dimensions[0], row.metrics[0]
    assert isinstance(visitors, int)
    before = row.comparison.metrics[0] if row.comparison else None
    values = tuple(series.get((str(step), id)) for step in steps)
    return Interest(
        id=id,
        name=names(id),
        visitors=visitors,
        before=before if isinstance(before, int) else None,
        change=clear_change(row) if is_compared else None,
        values=values,
        spark=sparkline.draw(steps, values) if len(steps) > 1 else None,
    )


def _with_places(page: InterestsPage, desk: Desk, names: Names) -> InterestsPage:
    """Always drawn: where visitors come from and what they care about at once is told of no smaller crowd than the marts'."""
    body = {"metrics": ["visitors"], "dimensions": ["mart:place_topic", "mart:place_region"], "date_range": page.view.date_range}
    rows = drawn_of(desk, page.portal, body, CITY.name).answer.rows
    found = {row.dimensions: row.metrics[0] for row in rows if isinstance(row.metrics[0], int)}
    topics, regions = _most(found, 0)[:TOPICS_BY_PLACE], _most(found, 1)[:MOST_PLACES]
    lines = tuple(Region(code, tuple(found.get((topic, code)) for topic in topics)) for code in regions)
    return msgspec.structs.replace(page, columns=tuple(names(topic) for topic in topics), regions=lines)


def _most(found: dict[tuple[str, ...], int], place: int) -> list[str]:
    """Labels at that place, those with most visitors first."""
    sums: dict[str, int] = {}
    for labels, visitors in found.items():
        sums[labels[place]] = sums.get(labels[place], 0) + visitors
    return sorted(sums, key=lambda label: (-sums[label], label))


def _with_pairs(page: InterestsPage, desk: Desk, names: Names) -> InterestsPage:
    found = interest_mart(desk, "topic_affinity", [page.portal], page.view.date_range)
    sigma = next((source.sigma for source in found.sources if source.mart == "topic_pair"), 0.0)
    told = (Pair(names(one), names(other), *rest) for _, one, other, *rest in found.rows)
    pairs = tuple(pair for pair in told if not pair.may_be_noise(sigma, page.weeks))
    edges = strongest(pairs)
    sizes = {topic.name: topic.visitors for topic in page.topics}
    arcs = draw_arcs(edges) if edges else None
    ordered = tuple(sorted(pairs, key=lambda pair: (-(pair.lift or 0), -pair.visitors)))
    is_by_lift = any(pair.lift is not None for pair in pairs)
    return msgspec.structs.replace(page, pairs=ordered, arcs=arcs, sizes=sizes, is_by_lift=is_by_lift)


def strongest(pairs: Sequence[Pair]) -> list[tuple[str, str, float]]:
    """The edges to draw: pairs that meet oftener than by chance, by lift; where no lift can be told, those that most visitors met."""
    lifts = [(pair.one, pair.other, pair.lift) for pair in pairs if pair.lift is not None]
    found = [edge for edge in lifts if edge[2] >= MEETING] if lifts else [(pair.one, pair.other, float(pair.visitors)) for pair in pairs]
    return sorted(found, key=lambda edge: -edge[2])[:MOST_PAIRS]


@get("/portals/{domain:str}/interests")
async def interests_page(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """What visitors care about."""
    view = read_view(list(request.query_params.multi_items())).changed(filters=())
    portal = await visible_portal(house, request, domain)
    names = topic_names(taxonomy(house.desk.settings.topics_file), reader_of(request).language.code)
    page = await house.in_question_lane(lambda: load(house.desk, portal, view, names))
    return render(request, "interests.html", page=page, periods=PERIODS, comparisons=(), intervals=())


BEHIND = [interests_page]
