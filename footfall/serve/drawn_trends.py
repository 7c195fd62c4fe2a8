"""Trends of sealed portals: each day is looked at once it is closed, out of the numbers drawn of it for the city."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from footfall.collect.days import day_of
from footfall.control.closings import Closing, list_closings
from footfall.control.trends import Card, cards_since, save_cards, strictness_of
from footfall.privacy.policy import CITY
from footfall.serve.answers import drawn_of
from footfall.serve.house import Desk
from footfall.serve.jobs import Stopped
from footfall.serve.planned import calendar_of
from footfall.store.item_topics import pages_by_topic
from footfall.trends.detecting import Detecting
from footfall.trends.drawn import DrawnMart, look_at, series_of, tell
from footfall.trends.states import rules_of
from footfall.trends.watching import BUCKETS, cards_of
from footfall.vocabulary import Portal

__all__ = ["watch_drawn"]

MARTS = {
    "portal": (),
    "topic": ("event:topic", "mart:topic_hour"),
    "page": ("event:page",),
    "source": ("visit:source", "visit:channel"),
}
"""By dimension of the series: all that the cells of a mart are told apart by, the series' value first."""
MOST_AT_ONCE = 7
"""Days that are looked at where several were closed together; of a portal that is new here the last alone."""
MOST_ROWS = 1_000_000
MARK = "drawn trends {site}"
DAY_MS = 86_400_000


def watch_drawn(desk: Desk, stopped: Callable[[], bool] = lambda: False) -> int:
    """Look at days of sealed portals that were closed and not looked at; how many cards began or went on.

    Raises:
        Unavailable: control or store is away; the same again completes it.
        Stopped: the server stops.
    """
    sealed = [portal for portal in desk.control.portals() if portal.is_sealed(day_of(portal.timezone, desk.now()))]
    strictness, changed = strictness_of(desk.control) if sealed else {}, 0
    for portal in sealed:
        if stopped():
            raise Stopped
        changed += _look(desk, portal, strictness.get(portal.id, 1.0))
    return changed


def _look(desk: Desk, portal: Portal, strictness: float) -> int:
    mark, changed = MARK.format(site=portal.id), 0
    fresh = _fresh(list_closings(desk.control, portal.group), desk.control.last_day(mark))
    if not fresh:
        return 0
    last = date.fromisoformat(fresh[-1].day)
    first = last - timedelta(days=BUCKETS["day"] + MOST_AT_ONCE)
    marts = [_mart(desk, portal, dimension, [str(first), str(last)]) for dimension in MARTS]
    for closing in fresh:
        changed += _look_at(desk, portal, closing, marts, strictness)
    desk.control.set_last_day(mark, fresh[-1].day)
    return changed


def _fresh(closings: Sequence[Closing], known: str) -> list[Closing]:
    """Days that something was drawn of and that were not looked at, the oldest first."""
    drawn = [one for one in closings if one.state != "missed" and one.day > known]
    return drawn[-MOST_AT_ONCE:] if known else drawn[-1:]


def _mart(desk: Desk, portal: Portal, dimension: str, days: list[str]) -> DrawnMart:
    body = {"metrics": ["visitors"], "dimensions": ["time:day", *MARTS[dimension]], "date_range": days}
    answer = drawn_of(desk, portal, body, CITY.name, most=MOST_ROWS).answer
    told: Any = answer.meta["release"]
    cells = {}
    for row in answer.rows:
        day, value, rest, *_ = (*row.dimensions, "", "")
        if isinstance(row.metrics[0], int):
            cells[date.fromisoformat(day), value, rest] = row.metrics[0]
    return DrawnMart(dimension=dimension, sigma=told["sigma"], threshold=told["threshold"], cells=cells)


def _look_at(desk: Desk, portal: Portal, closing: Closing, marts: Sequence[DrawnMart], strictness: float) -> int:
    day = date.fromisoformat(closing.day)
    calendar, topics = calendar_of(desk.settings, day), pages_by_topic(desk.engine, portal.id)
    detector = Detecting(calendar, ZoneInfo(portal.timezone), topics, strictness=strictness)
    is_whole = closing.state == "closed" and not portal.has_moved(closing.day, closing.day)
    drawn = series_of(portal.id, day, marts)
    seen = look_at(drawn, detector, topics, is_whole=is_whole)
    if seen is None:
        return 0
    cards = cards_of(seen, _known(desk, portal, seen.ends_ms), partial(tell, drawn, topics, domain=portal.domain, calendar=calendar))
    return len(save_cards(desk.control, cards))


def _known(desk: Desk, portal: Portal, ends_ms: int) -> list[Card]:
    """The portal's cards of days that may go on."""
    since_ms = ends_ms - rules_of("day").refractory * DAY_MS
    return [card for card in cards_since(desk.control, "day", since_ms) if card.site == portal.id]
