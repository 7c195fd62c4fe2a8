"""The jobs of the catalogue: each source is read when its schedule says so, and every hour what nobody sees any more fades."""

import time
from collections.abc import Callable
from functools import partial

import msgspec
from protego import Protego

from footfall.control.audit import acting_as
from footfall.control.content_sources import ContentSource, find_source, job_of, list_sources, mark_asked
from footfall.control.items import looked_at, set_states
from footfall.control.runs import last_runs
from footfall.interests.crawling import Crawl
from footfall.interests.fading import state_of
from footfall.interests.fetching import Fetcher, Pace
from footfall.sentences import NOTHING, Sentence
from footfall.serve.clock import steady_ms
from footfall.serve.content_items import own_of
from footfall.serve.content_traffic import unlisted
from footfall.serve.house import Desk
from footfall.serve.jobs import Job, Stopped, Waits
from footfall.serve.pages.job_words import FADE_CONTENT, READ_CONTENT, SORT_CONTENT
from footfall.serve.secret import Signer
from footfall.serve.sorting import map_topics
from footfall.serve.source_schedule import last_due, next_due
from footfall.sources.connectors.addresses import client
from footfall.vocabulary import Portal

__all__ = ["SLICE_MS", "content_job", "content_jobs", "fade"]

HOUR_MS, FADE_AT_MS, MAP_MS = 3_600_000, 25 * 60_000, 600_000
SLICE_MS = 120_000
"""Datasets wait for so long at most: a run that takes longer goes on in a minute."""
LONGEST_MS = 60_000
"""Beside that, of what is being read when it ends: a host that sends a byte at a time holds nobody up for longer."""
BREATH_S = 0.2
SCHEDULE = "schedule"
MORE = "More pages are left to read; it goes on in a minute."
NOT_ALL = "Lists of pages that were not read: {count}. {first}"
TURNS = "Another source of this portal is being read: its hosts are asked one thing at a time."


_robots: dict[int, tuple[int, dict[str, Protego]]] = {}
"""By source: the run, and what it was told."""


class Plan(msgspec.Struct, frozen=True):
    """When a source is read."""

    schedule: str
    timezone: str


def content_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> list[Job]:
    """Reads each source, lets items fade, and tells the store their topics. Raises Unavailable where the control database is away."""
    portals = {portal.id: portal for portal in desk.control.portals()}
    fading = Job(
        name="fade content",
        title=FADE_CONTENT,
        last_due=lambda now_ms: (now_ms - FADE_AT_MS) // HOUR_MS * HOUR_MS + FADE_AT_MS,
        next_due=lambda now_ms: (now_ms - FADE_AT_MS) // HOUR_MS * HOUR_MS + HOUR_MS + FADE_AT_MS,
        work=partial(_fade, desk),
    )
    sorting = Job(
        name="map topics",
        title=SORT_CONTENT,
        last_due=lambda now_ms: now_ms // MAP_MS * MAP_MS,
        next_due=lambda now_ms: now_ms // MAP_MS * MAP_MS + MAP_MS,
        work=partial(_map, desk),
    )
    known = [source for source in list_sources(desk.control) if source.site in portals]
    return [*(content_job(desk, stopped, source, portals[source.site]) for source in known), fading, sorting]


def fade(desk: Desk) -> None:
    """Put every item into the state that it is in now. Raises Unavailable."""
    now_ms, looked_ms = desk.now(), _looked_through(desk)
    states = {
        item.id: state
        for item, misses in looked_at(desk.control)
        if (state := state_of(item, misses, looked_ms.get(item.site, 0), now_ms)) != item.state
    }
    set_states(desk.control, states)


def content_job(desk: Desk, stopped: Callable[[], bool], source: ContentSource, portal: Portal, slice_ms: int = SLICE_MS) -> Job:
    """The job that reads the source, so long at a time."""
    plan = Plan(source.schedule, portal.timezone)
    return Job(
        name=job_of(source.id),
        title=READ_CONTENT,
        about=portal.domain,
        last_due=partial(last_due, plan, since_ms=source.created_ms),
        next_due=partial(next_due, plan),
        work=partial(_read, desk, stopped, source.id, slice_ms),
    )


def _read(desk: Desk, stopped: Callable[[], bool], id: int, slice_ms: int, due_ms: int) -> str:
    source = find_source(desk.control, id)
    _take_turns(desk, source)
    own, ends_ms = own_of(desk.control.portal(source.site)), desk.now() + slice_ms
    # The last address may have to wait for its turn as long as a slice is.
    cut_ms = steady_ms() + 2 * slice_ms + LONGEST_MS

    def is_over() -> bool:
        return stopped() or desk.now() > ends_ms

    with client(desk.settings.source_networks, lambda: (cut_ms - steady_ms()) / 1000) as asked, acting_as(SCHEDULE):
        pace = Pace(now=desk.now, wait=partial(_wait, stopped), asked=partial(mark_asked, desk.control, id), last_ms=source.asked_ms)
        fetcher = Fetcher(asked, own, pace, _robots_of(id, due_ms))
        is_new = source.run_ms != due_ms
        seeds = unlisted(desk, own.portal, own, source) if source.kind == "traffic" and is_new else ()
        crawl = Crawl(desk.control, source, own, fetcher, now=desk.now)
        is_done = crawl.run(due_ms, is_over, seeds)
    if not is_done:
        raise Stopped if stopped() else Waits(MORE)
    return Sentence(NOT_ALL, count=len(crawl.faults), first=crawl.faults[0].sentence) if crawl.faults else NOTHING


def _robots_of(id: int, due_ms: int) -> dict[str, Protego]:
    """What robots.txt said in this run, which goes on in slices: asked for again in each, it would count as something asked."""
    if _robots.get(id, (0,))[0] != due_ms:
        _robots[id] = due_ms, {}
    return _robots[id][1]


def _take_turns(desk: Desk, source: ContentSource) -> None:
    """Raises Waits while another app reads a source of the same portal; of two that begin at once, the later source waits."""
    runs, now_ms = last_runs(desk.control), desk.now()
    for other in list_sources(desk.control, source.site):
        run = runs.get(job_of(other.id))
        if other.id < source.id and run and run.state == "running" and run.again_ms > now_ms:
            raise Waits(TURNS)


def _wait(stopped: Callable[[], bool], seconds: float) -> None:
    """Raises Stopped where the server stops meanwhile; Waits where it is longer than a run may keep others waiting."""
    if seconds * 1000 > SLICE_MS:
        raise Waits(MORE)
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        if stopped():
            raise Stopped
        time.sleep(min(left, BREATH_S))


def _fade(desk: Desk, due_ms: int) -> str:
    with acting_as(SCHEDULE):
        fade(desk)
    return NOTHING


def _map(desk: Desk, due_ms: int) -> str:
    map_topics(desk)
    return NOTHING


def _looked_through(desk: Desk) -> dict[int, int]:
    """By portal, when a source that shows what is there was last read to its end. A feed tells only what is new."""
    runs, found = last_runs(desk.control), dict[int, int]()
    for source in list_sources(desk.control):
        run = runs.get(job_of(source.id))
        if source.kind != "feed" and run and run.state == "done":
            found[source.site] = max(found.get(source.site, 0), run.due_ms)
    return found
