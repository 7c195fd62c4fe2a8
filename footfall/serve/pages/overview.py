"""The city at a glance: every portal that its reader may see, with its visitors, their change, and what is wrong."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.privacy import release
from footfall.reports import overview
from footfall.reports.beginning import first_days
from footfall.reports.compare import change
from footfall.reports.periods import parse_period, shifted
from footfall.serve.answers import Asker
from footfall.serve.house import Desk, House
from footfall.serve.pages import sparkline
from footfall.serve.pages.frame import render
from footfall.serve.pages.listing import PERIODS, ROWS_A_PAGE, SORTS, Listing, read_listing
from footfall.serve.pages.refused import refused_today
from footfall.serve.pages.sparkline import Sparkline
from footfall.serve.sign_in import in_thread, may, signed_in, visible_portals
from footfall.vocabulary import Portal, Row

__all__ = ["BEHIND", "Line", "OverviewPage", "load"]

FEW, USUAL = 10, 30
"""Visitors of a day: below the first a portal is silent, if a week before there were at least as many as the second."""
MANY, MOST_ASKED = 100, 20
"""Refused events of a day that are worth a word, and portals that are asked what they counted beside."""
LATE_MS = 60_000
"""A running server loads a segment in about a second; what waits longer is stuck."""
CHOICES: dict[str, Any] = {"periods": PERIODS, "sorts": tuple(SORTS)}


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """Visitors of a period and of the one before it; ``None`` where the gate left them blank."""

    value: int | None
    before: int | None
    then: int | None
    """Visitors to compare with ``before``: of a sum, those of the portals that had begun by then; ``None`` where none had."""
    is_young: bool = False
    """Not all of it had begun by then."""
    metric: Literal["visitors"] = "visitors"

    @property
    def change(self) -> float | None:
        """Percent; ``None`` where either side is blank."""
        return change("visitors", self.then, self.before)

    @property
    def is_good(self) -> bool:
        return (self.change or 0) > 0


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One portal."""

    portal: Portal
    visitors: Count
    silent: int | None = None
    """Something is wrong: fewer than FEW came yesterday, and so many a week before."""
    is_unseen: bool = False
    """Fewer than FEW came in the period and in the one before: it may never have been set up. Few and none look alike."""
    refused: int | None = None
    """Something is wrong: so many events were refused today, more than were counted."""
    spark: Sparkline | None = None
    """Only for those that the page shows."""

    @property
    def is_alert(self) -> bool:
        return self.silent is not None or self.is_unseen or self.refused is not None


class OverviewPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    listing: Listing
    first: date
    last: date
    """The period's days, where most of the portals are."""
    lines: tuple[Line, ...]
    found: int
    """Portals on all pages."""
    pages: int
    portals: int
    """All that its reader may see."""
    groups: tuple[str, ...]
    alerts: int
    """Portals that something is wrong with, of those that the search and the group leave."""
    total: Count
    """Of the portals found, as far as they have numbers."""
    late_since: datetime | None
    """What was accepted later is not counted yet; ``None`` if that is a matter of seconds."""


def load(desk: Desk, portals: Sequence[Portal], listing: Listing) -> OverviewPage:
    """The page over the portals that its reader may see.

    Raises:
        BadQuestion, Unavailable: the numbers cannot be had.
    """
    now_ms = desk.now()
    fitting = [portal for portal in portals if _fits(portal, listing)]
    seen = overview.glance(fitting, listing.period, desk.all, now_ms)
    lines = _lines(fitting, seen, desk.settings.policy)
    lines = _without_young(lines, first_days(desk.all, [portal.id for portal in fitting]), _befores(fitting, listing.period, now_ms))
    lines = _with_refused(desk, lines)
    found = _ordered([line for line in lines if line.is_alert or not listing.alerts], listing)
    pages = max(1, -(-len(found) // ROWS_A_PAGE))
    listing = listing.changed(page=min(listing.page, pages))
    shown = found[(listing.page - 1) * ROWS_A_PAGE : listing.page * ROWS_A_PAGE]
    period = parse_period(listing.period, timezone=_timezone(portals), now_ms=now_ms)
    return OverviewPage(
        listing=listing,
        first=period.first,
        last=period.last,
        lines=_with_sparks(desk, shown, seen, listing.unit),
        found=len(found),
        pages=pages,
        portals=len(portals),
        groups=tuple(sorted({portal.group for portal in portals}, key=str.casefold)),
        alerts=sum(line.is_alert for line in lines),
        total=_total(found),
        late_since=_late_since(desk, now_ms, period.zone),
    )


def _fits(portal: Portal, listing: Listing) -> bool:
    wanted = listing.q.casefold()
    named = any(wanted in domain.casefold() for domain in (portal.domain, *portal.domains))
    return named and listing.group in ("", portal.group)


def _timezone(portals: Sequence[Portal]) -> str:
    """Where most of them are."""
    zones = Counter(portal.timezone for portal in portals)
    return max(zones, key=lambda zone: (zones[zone], zone), default="Etc/UTC")


def _lines(portals: Sequence[Portal], seen: overview.Glance, policy: str) -> list[Line]:
    period, yesterday = (
        {row.dimensions[0]: _count(row) for row in release(answer, policy).answer.rows} for answer in (seen.period, seen.yesterday)
    )
    blank = Count(value=None, before=None, then=None)
    found = ((portal, period.get(portal.domain, blank), yesterday.get(portal.domain, blank)) for portal in portals)
    return [
        Line(portal=portal, visitors=count, silent=_silent(day), is_unseen=max(count.value or 0, count.before or 0) < FEW)
        if portal.keep_events
        else Line(portal=portal, visitors=count)
        for portal, count, day in found
    ]


def _count(row: Row) -> Count:
    return Count(value=_whole(row), before=_whole(row.comparison) if row.comparison else None, then=_whole(row))


def _without_young(lines: list[Line], begun: dict[int, date], befores: dict[str, date]) -> list[Line]:
    """The lines; a portal whose first day is later than the period before is compared with nothing."""
    return [
        msgspec.structs.replace(line, visitors=msgspec.structs.replace(line.visitors, then=None, is_young=True))
        if begun.get(line.portal.id, date.min) > befores[line.portal.timezone]
        else line
        for line in lines
    ]


def _with_refused(desk: Desk, lines: list[Line]) -> list[Line]:
    """The lines; those of portals with the most refusals today say so where even more than was counted was refused."""
    refused = refused_today(desk, [line.portal for line in lines])
    worst = {site: events for site, events in refused.most_common(MOST_ASKED) if events >= MANY}
    return [
        msgspec.structs.replace(line, refused=worst[line.portal.id])
        if line.portal.id in worst and worst[line.portal.id] > _counted_today(desk, line.portal)
        else line
        for line in lines
    ]


def _counted_today(desk: Desk, portal: Portal) -> int:
    """Events, as far as the gate lets them out."""
    row = Asker(desk, portal)({"metrics": ["events"], "date_range": "day"}).answer.rows[0]
    return _whole(row) or 0


def _befores(portals: Sequence[Portal], period: str, now_ms: int) -> dict[str, date]:
    """By time zone, the first day of the period before."""
    zones = {portal.timezone for portal in portals}
    return {zone: shifted(parse_period(period, timezone=zone, now_ms=now_ms), "previous_period").first for zone in zones}


def _whole(row: Row) -> int | None:
    value = row.metrics[0]
    return value if isinstance(value, int) else None


def _silent(day: Count) -> int | None:
    is_silent = (day.value or 0) < FEW and (day.before or 0) >= USUAL
    return day.before if is_silent else None


def _ordered(lines: list[Line], listing: Listing) -> list[Line]:
    """By the listing's column, then by name; without a number last, whatever the direction."""
    turned = listing.order == "desc"
    by_name = sorted(lines, key=lambda line: line.portal.domain, reverse=turned and listing.sort == "name")
    if listing.sort == "name":
        return by_name
    numbered = [(line.visitors.value if listing.sort == "visitors" else line.visitors.change, line) for line in by_name]
    known = sorted(((number, line) for number, line in numbered if number is not None), key=itemgetter(0), reverse=turned)
    return [line for _, line in known] + [line for number, line in numbered if number is None]


def _with_sparks(desk: Desk, lines: Sequence[Line], seen: overview.Glance, unit: str) -> tuple[Line, ...]:
    asked = overview.visitors_by_time(seen, [line.portal for line in lines], unit, desk.all)
    answer = release(asked, desk.settings.policy).answer
    values = {row.dimensions: _whole(row) for row in answer.rows}
    labels_of: Any = answer.meta["time_labels"]
    found = []
    for line in lines:
        labels = labels_of[line.portal.timezone]
        drawn = sparkline.draw(
            [date.fromisoformat(label) for label in labels], [values.get((line.portal.domain, label)) for label in labels]
        )
        found.append(msgspec.structs.replace(line, spark=drawn))
    return tuple(found)


def _total(lines: Sequence[Line]) -> Count:
    """Sums of what is shown, nothing else: a sum over blank portals too would tell what they have."""
    compared = [line.visitors for line in lines if not line.visitors.is_young]
    return Count(
        value=_sum(line.visitors.value for line in lines),
        before=_sum(one.before for one in compared),
        then=_sum(one.then for one in compared),
        is_young=len(compared) < len(lines),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _late_since(desk: Desk, now_ms: int, zone: ZoneInfo) -> datetime | None:
    until_ms = desk.loader.complete_until_ms()
    return datetime.fromtimestamp(until_ms / 1000, UTC).astimezone(zone) if now_ms - until_ms > LATE_MS else None


@get("/")
async def overview_page(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[str]:
    """Every portal at a glance."""
    operator = await signed_in(house, request)
    listing = read_listing(dict(request.query_params))
    portals = visible_portals(operator, await in_thread(house.desk.control.portals))
    page = await house.in_question_lane(lambda: load(house.desk, portals, listing))
    house.desk.asked.note_overview(page.first, page.last, house.desk.settings.policy)
    return render(request, "overview.html", page=page, may_add=may(operator, "admin"), **CHOICES)


BEHIND = [overview_page]
