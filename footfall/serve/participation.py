"""Participation: what a portal's visitors did about an event, and how many came, side by side by the event's name.

Nothing is joined but public names: counts of pages have passed the gate, counts of attendance the rule of the city's data.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from footfall.control.items import list_items
from footfall.control.keys import Key
from footfall.errors import BadQuestion
from footfall.reports.participation import Occasion, backtest, fit, foretold, median_of_kind
from footfall.reports.periods import Period, parse_period
from footfall.serve.answers import ask_of
from footfall.serve.attended import Attended, attended_of
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize, portal_for
from footfall.serve.participation_shapes import Group, ParticipationAnswer, Story
from footfall.serve.satisfaction import slug
from footfall.sources.contract import Contract
from footfall.vocabulary import Item, Portal, Row

__all__ = ["CALENDAR", "DAYS_BEFORE", "ROUTES", "ask_participation", "participation_of"]

CALENDAR = "Calendar"
"""The custom event of putting an event into a calendar."""
DAYS_BEFORE = 7
"""Of interest, up to the day before: what a forecast may know."""
SEASONS = ("winter", "spring", "summer", "autumn")
MOST_PAGES = 500
Readable = Callable[[Contract], bool]


def participation_of(desk: Desk, portal: Portal, date_range: Any, readable: Readable) -> ParticipationAnswer:
    """Events of the period by attendance, most first, then those without by interest. The portal's reader may ask.

    Raises:
        BadQuestion, Refused, Unavailable: each with its sentence.
    """
    period = parse_period(date_range, timezone=portal.timezone, now_ms=desk.now())
    if period.is_all:
        raise BadQuestion("Participation needs a period with a first day. Valid: 30d, 91d, 12mo, or two days.")
    pages = _pages(desk, portal)
    attended = attended_of(desk, readable, period.first, period.last)
    asker = _Asker(desk, portal, period, [item.path for item in pages.values()])
    daily = asker.interest_by_day()
    occasions = _occasions(attended, pages, daily)
    tried = backtest(occasions)
    model = fit(occasions) if occasions else None
    stories = []
    held = {pages[key].path for key in attended.slugs if key in pages}
    for name in sorted({*attended.events, *(item.title for item in pages.values() if item.path not in held)}):
        item = pages.get(slug(name))
        kind = _kind(attended.kinds.get(name, ""), item)
        similar = median_of_kind(occasions, name, kind)
        now = _before(daily, item, period.last + timedelta(days=1))
        stories.append(
            Story(
                event=name,
                kind=kind,
                path=item.path if item else "",
                **(asker.whole(item) if item else NO_PAGE),
                occasions=len(attended.events.get(name, {})),
                attendance=sum(attended.events[name].values()) if name in attended.events else None,
                similar=similar[0] if similar else None,
                similar_of=similar[1] if similar else 0,
                forecast=foretold(model, tried, name, kind, now) if model and (now is not None or name in attended.events) else None,
            )
        )
    stories = [one for one in stories if one.occasions or any(getattr(one, name) is not None for name in NO_PAGE)]
    stories.sort(key=lambda one: (-(one.attendance or -1), -(one.interest or 0), one.event))
    return ParticipationAnswer(
        events=stories,
        kinds=_groups((one.kind, one.attendance) for one in occasions if one.kind),
        districts=[Group(place, value, 0) for place, value in sorted(attended.districts.items(), key=lambda one: -one[1])],
        seasons=_groups((SEASONS[one.day.month % 12 // 3], one.attendance) for one in occasions),
        backtest=msgspec.structs.replace(tried, ratios=()),
        meta={"policy": desk.settings.policy, "days_before": DAYS_BEFORE, "datasets": list(attended.datasets)},
        query={"site_id": portal.domain, "date_range": [str(period.first), str(period.last)]},
    )


def ask_participation(desk: Desk, domain: str, date_range: str, key: Key | None = None) -> ParticipationAnswer:
    """As the API takes and gives it; ``date_range`` is a period's name or two dates with a comma. ``key`` is ``None`` for the machine's own
    operator; without ``datasets:read`` attendance is left out. Raises as ``participation_of``, and NotFound and Forbidden."""
    if not domain:
        raise BadQuestion("Missing site ID. Send site_id, a portal's domain.")
    portal = portal_for(desk.control, key, "stats:read", domain)
    days = [part.strip() for part in (date_range or "91d").split(",")]
    sees = key is None or "datasets:read" in key.scopes
    return participation_of(desk, portal, days if len(days) > 1 else days[0], lambda contract: sees)


class _Asker:
    """Asks what the portal's visitors did about pages of events; every answer has passed the gate."""

    def __init__(self, desk: Desk, portal: Portal, period: Period, paths: list[str]) -> None:
        self._desk, self._portal, self._period, self._paths = desk, portal, period, paths[:MOST_PAGES]
        self._goals = desk.control.goals(portal.id)
        self._by_event_goal = [goal.display_name for goal in self._goals if goal.event_name]
        self._totals: dict[str, dict[str, int]] | None = None

    def interest_by_day(self) -> dict[str, dict[date, int]]:
        """Visitors by page and day, from as many days before the period as a forecast looks back; days of too few are absent."""
        first = self._period.first - timedelta(days=DAYS_BEFORE)
        found: dict[str, dict[date, int]] = defaultdict(dict)
        days = (self._period.last - first).days + 1
        span = [str(first), str(self._period.last)]
        for row in self._rows(["event:page", "time:day"], date_range=span, most=max(1, len(self._paths) * days)):
            if isinstance(row.metrics[0], int):
                found[row.dimensions[0]][date.fromisoformat(row.dimensions[1])] = row.metrics[0]
        return found

    def whole(self, item: Item) -> dict[str, int | None]:
        """The numbers of the whole period for one page."""
        if self._totals is None:
            self._totals = {
                "interest": self._by_page(),
                "calendar": self._by_page(["is", "event:name", [CALENDAR]]),
                "registrations": self._by_page(["is", "event:goal", self._by_event_goal]) if self._by_event_goal else {},
                "searches": self._searches(),
            }
        found: dict[str, int | None] = {name: self._totals[name].get(item.path) for name in ("interest", "calendar", "registrations")}
        names = {slug(item.title), slug(item.path.rsplit("/", 1)[-1])}
        terms = [visitors for term, visitors in self._totals["searches"].items() if any(name and name in term for name in names)]
        return found | {"searches": sum(terms) if terms else None}

    def _by_page(self, *more: list[Any]) -> dict[str, int]:
        return {row.dimensions[0]: row.metrics[0] for row in self._rows(["event:page"], *more) if isinstance(row.metrics[0], int)}

    def _searches(self) -> dict[str, int]:
        """Visitors by slug of the term, of what the portal's own search was asked for."""
        found: Counter[str] = Counter()
        for row in self._rows(["event:props:search_query"], of_pages=False):
            if isinstance(row.metrics[0], int) and row.dimensions[0] != "(none)":
                found[slug(row.dimensions[0])] += row.metrics[0]
        return found

    def _rows(self, by: list[str], *more: list[Any], date_range: Any = None, of_pages: bool = True, most: int = 0) -> tuple[Row, ...]:
        if of_pages and not self._paths:
            return ()
        body = {
            "metrics": ["visitors"],
            "dimensions": by,
            "date_range": date_range or [str(self._period.first), str(self._period.last)],
            "filters": [*([["is", "event:page", self._paths]] if of_pages else []), *more],
        }
        return ask_of(self._desk, self._portal, self._goals, body, most=most).answer.rows


NO_PAGE: dict[str, int | None] = {"interest": None, "searches": None, "calendar": None, "registrations": None}


def _pages(desk: Desk, portal: Portal) -> dict[str, Item]:
    """The portal's pages of events by the slugs of their title and of the last part of their path."""
    items = list_items(desk.control, portal.id, kind="event", limit=MOST_PAGES)
    by_title = {slug(item.title): item for item in items}
    return by_title | {slug(item.path.rsplit("/", 1)[-1]): item for item in items}


def _kind(told: str, item: Item | None) -> str:
    """As the attendance tells it; else the first topic of its page."""
    return told or (item.topics[0][0] if item and item.topics else "")


def _occasions(attended: Attended, pages: dict[str, Item], daily: dict[str, dict[date, int]]) -> list[Occasion]:
    found = []
    for name, days in attended.events.items():
        item = pages.get(slug(name))
        kind = _kind(attended.kinds.get(name, ""), item)
        for day, attendance in days.items():
            interest = _before(daily, item, day)
            found.append(Occasion(event=name, kind=kind, day=day, attendance=attendance, interest=interest))
    return found


def _before(daily: dict[str, dict[date, int]], item: Item | None, day: date) -> int | None:
    """Visitors of the page in the days before; ``None`` without any that may be told."""
    seen = daily.get(item.path, {}) if item else {}
    days = [seen[day - timedelta(days=back)] for back in range(1, DAYS_BEFORE + 1) if day - timedelta(days=back) in seen]
    return sum(days) if days else None


def _groups(found: Any) -> list[Group]:
    sums: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for name, attendance in found:
        sums[name] += attendance
        counts[name] += 1
    return [Group(name, value, counts[name]) for name, value in sums.most_common()]


@get("/api/v1/participation")
async def show_participation(
    request: Request[Any, Any, Any], house: NamedDependency[House], site_id: FromQuery[str] = "", date_range: FromQuery[str] = "91d"
) -> ParticipationAnswer:
    """Events of the city from interest to attendance."""
    key = await authorize(house, request, "stats:read", is_question=True)
    return await house.in_question_lane(lambda: ask_participation(house.desk, site_id, date_range, key))


ROUTES = [show_participation]
