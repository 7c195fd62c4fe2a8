"""Segments for the loader, and what the store should hold after them: the rules applied to all hits in one go."""

import itertools
import os
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from footfall.collect.days import day_of
from footfall.store.engine import Engine
from footfall.store.visits import Visit, assign
from footfall.vocabulary import Hit
from tests.support.build import hit, ms

START = ms("2026-03-10T10:00:00")
VISITS = """SELECT visitor, version, toUnixTimestamp64Milli(start), toUnixTimestamp64Milli(end), toUnixTimestamp64Milli(seen),
    pageviews, events, entry_page, exit_page, source
FROM visits FINAL WHERE site = {site:UInt32} ORDER BY ALL"""
EVENTS = "SELECT path, visitor, seq, name, source, count() FROM events WHERE site = {site:UInt32} GROUP BY ALL ORDER BY ALL"
TOGETHER = """SELECT count() FROM (SELECT visit, visitor, countIf(name = 'pageview') AS pages FROM events
    WHERE site = {site:UInt32} AND visit != 0 GROUP BY visit, visitor) AS found
FULL JOIN (SELECT visit, visitor, pageviews FROM visits FINAL WHERE site = {site:UInt32}) AS kept USING visit, visitor
WHERE pages != pageviews"""


def write(folder: Path, number: int, hits: Iterable[Hit]) -> Path:
    """A closed segment; numbers are the order of arrival."""
    path = folder / f"{START + number:013d}-{os.urandom(8).hex()}-{number:06d}.ndjson"
    folder.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".part").write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in hits))
    path.with_suffix(".part").rename(path)
    return path


def made_up(seed: int, count: int, *, site: int = 1, visitors: int = 40) -> list[Hit]:
    """Hits of few visitors over hours, some late, some of them engagement; every path is different."""
    chance = Random(seed)
    hits = []
    for number in range(count):
        time_ms = START + number * 40_000 + chance.choice((0, 0, 0, -400_000, 120_000, -7_200_000))
        one = hit(
            "2026-03-10T10:00:00", visitor=chance.randrange(1, visitors), path=f"/{number}", source=chance.choice(("", "Google", "VK"))
        )
        name = chance.choice(("pageview", "pageview", "Click", "engagement"))
        hits.append(msgspec.structs.replace(one, site=site, time_ms=time_ms, day=day_of("Etc/UTC", time_ms), name=name))
    return hits


def expected(hits: Iterable[Hit]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows of EVENTS and VISITS if nothing is lost and nothing counted twice."""
    numbers = itertools.count(1)
    latest, opened, events = {}, {}, []
    for one in hits:
        joined = assign(one, latest.get((one.site, one.visitor)), lambda site: (next(numbers), 0))
        if joined is None:
            continue
        row = msgspec.json.decode(joined[0])
        latest[one.site, one.visitor] = opened[joined[1].visit] = joined[1]
        events.append((one.path, one.visitor, row["seq"], one.name, row.get("source", ""), 1))
    return sorted(events), sorted(map(_row, opened.values()))


def _row(visit: Visit) -> tuple[Any, ...]:
    source = msgspec.json.decode(b"{" + visit.origin.lstrip(b",")).get("source", "")
    start, end = sorted((visit.first_ms, visit.last_ms))
    pages = (visit.pageviews, visit.events, visit.entry_page, visit.exit_page)
    return (visit.visitor, visit.version, start, end, visit.seen_ms, *pages, source)


def assert_exact(engine: Engine, hits: Iterable[Hit], site: int = 1) -> None:
    """Events and visits of the portal are those of the hits, each once, and belong together."""
    events, visits = expected(hits)
    assert engine.query(EVENTS, {"site": site}) == events
    assert engine.query(VISITS, {"site": site}) == visits
    assert engine.query(TOGETHER, {"site": site}) == [(0,)]
