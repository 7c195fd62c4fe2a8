"""Builds hits, loads them by the real loader, and asks questions of them."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from footfall.collect.days import day_of
from footfall.privacy import release
from footfall.reports import question, run
from footfall.store.engine import Engine
from footfall.store.loading import Loader
from footfall.store.topology import SHARDING
from footfall.vocabulary import Goal, Hit, Portal

PORTAL = Portal(id=1, domain="portal.example", umami_id="")
OF_EVENTS = {"unit": "visitor-portal-day", "source": "events"}
"""What ``meta.release`` says of every answer that was not drawn."""


def ms(text: str) -> int:
    """Milliseconds of an ISO instant, UTC unless it says otherwise."""
    instant = datetime.fromisoformat(text)
    return int((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp() * 1000)


def hit(time: str, visitor: int = 1, name: str = "pageview", path: str = "/", *, portal: Portal = PORTAL, **rest: Any) -> Hit:
    time_ms = ms(time)
    rest = {"hostname": portal.domain} | rest
    return Hit(site=portal.id, time_ms=time_ms, day=day_of(portal.timezone, time_ms), visitor=visitor, name=name, path=path, **rest)


def empty_tables(engine: Engine) -> None:
    """On every machine of a cluster, so that the next test finds nothing of this one."""
    suffix = "_local" if engine.topology.cluster else ""
    for node in engine.nodes():
        for table in SHARDING:
            node.command(f"TRUNCATE TABLE {table}{suffix}")
        if node is not engine:
            node.close()


class Store:
    """A store to load hits into and to ask."""

    def __init__(self, engine: Engine, folder: Path, portal: Portal = PORTAL, goals: tuple[Goal, ...] = ()) -> None:
        self.engine, self.portal, self.goals = engine, portal, goals
        self.folder = folder / "journal"
        self.loader = Loader(engine, self.folder, now=lambda: ms("2026-03-31T12:00:00"), random=os.urandom)
        self.number = 0

    def load(self, *hits: Hit) -> None:
        self.number += 1
        path = self.folder / f"{self.number:013d}-{os.urandom(8).hex()}-000000.ndjson"
        path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in hits))
        self.loader.load_waiting()

    def ask(self, *metrics: str, by: str = "", now: str = "2026-03-31T12:00:00", **body: Any) -> list[tuple[list[str], list[Any]]]:
        return [(list(row.dimensions), list(row.metrics)) for row in self.answer(*metrics, by=by, now=now, **body).rows]

    def answer(self, *metrics: str, by: str = "", now: str = "2026-03-31T12:00:00", policy: str = "exact", **body: Any) -> Any:
        asked = {
            "site_id": self.portal.domain,
            "metrics": list(metrics),
            "date_range": ["2026-03-01", "2026-03-31"],
            "dimensions": by.split(",") if by else [],
        } | body
        found = run.answer(question.parse(asked, portal=self.portal, goals=self.goals, now_ms=ms(now)), self.engine, ms(now))
        return release(found, policy).answer

    def only(self, *metrics: str, **body: Any) -> list[Any]:
        """The metrics of an answer without dimensions."""
        rows = self.ask(*metrics, **body)
        assert len(rows) == 1
        return rows[0][1]
