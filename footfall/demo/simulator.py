"""Weeks of made-up visits, and the truth about them.

Visits are built whole and then cut into events, so what an answer must say is known without any visit rule being applied: the truth here
shares no code with ``store.visits``. Same seed, same lines. Times are whole seconds; lines of a portal are in the order of time.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from footfall.demo.city import PLACES, DemoPortal, Page, Place, Source
from footfall.demo.clients import CLIENTS, Client
from footfall.demo.stories import DemoStory
from footfall.local_time import local_midnight

__all__ = ["MadeEvent", "MadeVisit", "Span", "make_lines", "make_visits", "pick"]

MINUTE = 60
LONGEST_PAUSE_S = 30 * MINUTE + 59
"""30 whole minutes: the longest silence inside a visit."""
SHORTEST_ABSENCE_S = 31 * MINUTE
"""The shortest silence between two visits of a visitor."""
OVER_MIDNIGHT_S = 30 * MINUTE
"""How far a visit may reach into the next day; after 35 minutes its visitor would be another one."""
MOST_PAGES = 25
SEARCHING = 0.5
"""Of those who come for a story that has a term."""
Weighted = TypeVar("Weighted", Page, Source, Client, Place)


class MadeEvent(msgspec.Struct, frozen=True):
    """One event of a made visit."""

    time_s: int
    name: str
    path: str
    props: dict[str, str] = {}
    engagement_ms: int = 0
    scroll_depth: int = 255


class MadeVisit(msgspec.Struct, frozen=True):
    """One visit, whole: the unit that truth counts."""

    visitor: str
    """Unlike every other visitor of the portal on the day that the visit starts."""
    day: str
    """Local date of the first event, YYYY-MM-DD."""
    source: Source
    client: Client
    place: Place
    events: tuple[MadeEvent, ...]
    """By time; the first is a page view."""


class Span(msgspec.Struct, frozen=True):
    """Whole local days to make visits for."""

    first_day: date
    days: int
    until_s: int | None = None
    """Seconds since 1970: visits that would reach this instant are left out; ``None`` is the end of the last day."""


def make_visits(portal: DemoPortal, span: Span, *, seed: int) -> Iterator[list[MadeVisit]]:
    """One list a local day, visits in no order. A visit over midnight is in the list of the day it started."""
    seen: dict[str, int] = {}
    for number in range(span.days):
        day, ago = span.first_day + timedelta(days=number), span.days - 1 - number
        begin_s, end_s = _bounds(portal.timezone, day)
        until_s = min(span.until_s or end_s + OVER_MIDNIGHT_S, end_s + OVER_MIDNIGHT_S)
        if number == span.days - 1:
            until_s = min(until_s, end_s)
        chance = random.Random(f"{seed}|{portal.domain}|{day}")
        factor = portal.weekdays[day.weekday()] * dict(portal.special_days).get(ago, 1.0) * chance.uniform(0.93, 1.07)
        visits: list[MadeVisit] = []
        for index in range(round(portal.daily_visitors * factor)):
            who = _somebody(chance, portal, index, day)
            visits += _day_of(chance, portal, who, begin_s=begin_s, end_s=end_s, until_s=until_s, seen=seen)
        beside = random.Random(f"{seed}|{portal.domain}|{day}|stories")
        for who in _drawn(beside, portal, day, ago):
            visits += _day_of(beside, portal, who, begin_s=begin_s, end_s=end_s, until_s=until_s, seen=seen)
        seen = {name: last_s for name, last_s in seen.items() if last_s > end_s - SHORTEST_ABSENCE_S}
        away = [(begin_s + one.from_hour * 3600, begin_s + one.until_hour * 3600) for one in portal.outages if one.ago == ago]
        yield [visit for visit in visits if not any(_reaches(visit, *hours) for hours in away)]


def make_lines(portal: DemoPortal, span: Span, *, seed: int) -> Iterator[bytes]:
    """NDJSON lines as ``footfall import events`` reads them, by time, newline at the end."""
    waiting: list[tuple[int, int, bytes]] = []
    for number, visits in enumerate(make_visits(portal, span, seed=seed)):
        for visit in visits:
            for event in visit.events:
                waiting.append((event.time_s, len(waiting), _line(portal, visit, event)))
        waiting.sort(key=lambda item: item[:2])
        end_s = _bounds(portal.timezone, span.first_day + timedelta(days=number))[1]
        later = [item for item in waiting if item[0] >= end_s]
        yield from (line for _, _, line in waiting[: len(waiting) - len(later)])
        waiting = [(time_s, place, line) for place, (time_s, _, line) in enumerate(later)]
    yield from (line for _, _, line in waiting)


class _Person(msgspec.Struct, frozen=True):
    name: str
    client: Client
    place: Place
    story: DemoStory | None = None
    """What they come for."""


def _somebody(chance: random.Random, portal: DemoPortal, index: int, day: date) -> _Person:
    """Half are regulars, whose name comes again on other days; no name comes twice on one day."""
    regular = index % 2 == 0
    name = f"regular-{index}" if regular else f"guest-{day:%m%d}-{index}"
    own = random.Random(f"{portal.domain}|{name}") if regular else chance
    return _Person(name, pick(own, CLIENTS), pick(own, PLACES))


def _drawn(chance: random.Random, portal: DemoPortal, day: date, ago: int) -> Iterator[_Person]:
    """Who comes for a story on that day."""
    for number, story in enumerate(portal.stories):
        if ago <= story.ago:
            growth = story.growth[min(story.ago - ago, len(story.growth) - 1)]
            for index in range(round(portal.daily_visitors * growth)):
                yield _Person(f"drawn-{number}-{day:%m%d}-{index}", pick(chance, CLIENTS), pick(chance, PLACES), story)


def _reaches(visit: MadeVisit, from_s: int, until_s: int) -> bool:
    return visit.events[0].time_s < until_s and visit.events[-1].time_s >= from_s


def _day_of(
    chance: random.Random, portal: DemoPortal, who: _Person, *, begin_s: int, end_s: int, until_s: int, seen: dict[str, int]
) -> Iterator[MadeVisit]:
    """The visits of one person on one day; ``seen`` keeps when each name was last active."""
    hour = chance.choices(range(24), portal.hours)[0]
    start_s = begin_s + hour * 3600 + chance.randrange(3600)
    while start_s < end_s:
        if start_s - seen.get(who.name, 0) < SHORTEST_ABSENCE_S:
            return
        visit = _visit(chance, portal, who, start_s)
        last_s = visit.events[-1].time_s
        if last_s >= until_s:
            return
        if last_s >= end_s:
            # Over midnight: a name of its own, so that nobody has both the old day's id and the new one's on one date.
            yield msgspec.structs.replace(visit, visitor=f"night-{who.name}-{visit.day}")
            return
        seen[who.name] = last_s
        yield visit
        if chance.random() > portal.return_chance:
            return
        start_s = last_s + SHORTEST_ABSENCE_S + (0 if chance.random() < 0.03 else int(chance.expovariate(1 / 7000)))


def _visit(chance: random.Random, portal: DemoPortal, who: _Person, start_s: int) -> MadeVisit:
    events: list[MadeEvent] = []
    now_s = start_s
    page = _pick_entry(chance, portal.pages) if who.story is None else _page_of(portal, who.story)
    for _ in range(MOST_PAGES):
        events.append(MadeEvent(now_s, "pageview", page.path))
        now_s = _look_for(chance, who.story, now_s, events) if who.story is not None and len(events) == 1 else now_s
        now_s = _act(chance, portal, page, now_s, events)
        now_s = _engage(chance, page, now_s, events)
        if chance.random() > portal.read_on:
            break
        pause_s = LONGEST_PAUSE_S if chance.random() < 0.004 else chance.randint(1, 8)
        now_s += pause_s
        page = pick(chance, portal.pages)
    day = datetime.fromtimestamp(start_s, ZoneInfo(portal.timezone)).date().isoformat()
    source = pick(chance, portal.sources) if who.story is None else who.story.source
    return MadeVisit(who.name, day, source, who.client, who.place, tuple(events))


def _look_for(chance: random.Random, story: DemoStory, now_s: int, events: list[MadeEvent]) -> int:
    if not story.term or chance.random() >= SEARCHING:
        return now_s
    now_s += chance.randint(3, 40)
    events.append(MadeEvent(now_s, "Site Search", story.path, {"search_query": story.term}))
    return now_s


def _page_of(portal: DemoPortal, story: DemoStory) -> Page:
    return next(page for page in portal.pages if page.path == story.path)


def _act(chance: random.Random, portal: DemoPortal, page: Page, now_s: int, events: list[MadeEvent]) -> int:
    for action in portal.actions:
        if action.path == page.path and chance.random() < action.chance:
            now_s += chance.randint(3, 40)
            props = {name: chance.choice(values) for name, values in action.props}
            events.append(MadeEvent(now_s, action.name, page.path, props))
    for name, props in (done for form in portal.forms if form.path == page.path for done in form.done(chance)):
        now_s += chance.randint(3, 40)
        events.append(MadeEvent(now_s, name, page.path, props))
    return now_s


def _engage(chance: random.Random, page: Page, now_s: int, events: list[MadeEvent]) -> int:
    """Most pages are looked at long enough for an engagement ping; answers when the visitor was last heard of."""
    look_s = min(int(chance.expovariate(1 / 45)) + 1, 20 * MINUTE)
    if look_s < 4:
        return now_s
    depth = min(100, 20 + int(chance.expovariate(1 / 40)))
    events.append(MadeEvent(now_s + look_s, "engagement", page.path, {}, look_s * 850, depth))
    return now_s + look_s


def _line(portal: DemoPortal, visit: MadeVisit, event: MadeEvent) -> bytes:
    line: dict[str, object] = {
        "name": event.name,
        "timestamp": datetime.fromtimestamp(event.time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "visitor": visit.visitor,
        "hostname": portal.domain,
        "pathname": event.path,
        **_constant(visit.source, visit.client, visit.place),
    }
    if event.props:
        line["props"] = event.props
    if event.name == "engagement":
        line |= {"engagement_ms": event.engagement_ms, "scroll_depth": event.scroll_depth}
    return msgspec.json.encode(line) + b"\n"


@lru_cache(maxsize=4096)
def _constant(source: Source, client: Client, place: Place) -> dict[str, str]:
    keys = ("source", "channel", "referrer", "utm_source", "utm_medium", "utm_campaign")
    values = {key: str(getattr(source, key)) for key in keys}
    values |= {key: getattr(client, key) for key in ("device", "browser", "browser_version", "os", "os_version")}
    values |= {key: getattr(place, key) for key in ("country", "region", "city")}
    return {key: value for key, value in values.items() if value}


def pick(chance: random.Random, things: tuple[Weighted, ...]) -> Weighted:
    """One of them, by weight."""
    return chance.choices(things, cum_weights=_ladder(things))[0]


def _pick_entry(chance: random.Random, pages: tuple[Page, ...]) -> Page:
    return chance.choices(pages, cum_weights=_entry_ladder(pages))[0]


@lru_cache
def _ladder(things: tuple[Weighted, ...]) -> list[float]:
    return list(accumulate(map(attrgetter("weight"), things)))


@lru_cache
def _entry_ladder(pages: tuple[Page, ...]) -> list[float]:
    return list(accumulate(page.weight * page.entry for page in pages))


@lru_cache
def _bounds(timezone: str, day: date) -> tuple[int, int]:
    """First second of a local day, and of the next."""
    zone = ZoneInfo(timezone)
    return local_midnight(day, zone) // 1000, local_midnight(day + timedelta(days=1), zone) // 1000
