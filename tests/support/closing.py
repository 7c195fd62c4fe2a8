"""A small city whose days are closed: control, ledger and a clock of its own on a store that other tests use too."""

import os
from datetime import date
from pathlib import Path

import pytest

from footfall.control.database import open_control
from footfall.control.ledger import Ledger, lines
from footfall.privacy.marts import BEFORE, MARTS
from footfall.serve import closing
from footfall.serve.closing import Closer
from footfall.serve.ledgers import CAPS
from footfall.store.engine import Engine
from footfall.store.loading import Loader
from footfall.vocabulary import Portal
from tests.support.build import hit, ms
from tests.support.journal import write

TABLES = ("events", "visits", "service_days", "segments", "marts", "item_topics")
FEW_MARTS = tuple(mart for mart in MARTS if mart.name in ("page", "portal", "search_term"))
FEW_BEFORE = tuple(mart for mart in BEFORE if mart.name in ("page", "portal", "search_term"))
VISITORS = 400
"""More than any threshold of FEW_MARTS."""


class City:
    """Portals, visitors and a closer."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        for table in TABLES:
            engine.command(f"TRUNCATE TABLE {table}")
        self.engine, self.folder, self.now_ms, self.number = engine, folder, ms("2026-03-11T12:00:00"), 0
        self.control = open_control(f"sqlite:///{folder / 'control.db'}", self.now)
        self.ledger = Ledger(self.control, folder / "ledger.jsonl", CAPS)
        self.loader = Loader(engine, folder / "journal", now=self.now, random=os.urandom)
        self.closer = Closer(self.control, engine, self.ledger, now=self.now, random=os.urandom)

    def now(self) -> int:
        return self.now_ms

    def at(self, text: str) -> None:
        """Put the clock."""
        self.now_ms = ms(text)

    def portal(self, domain: str, **settings: object) -> Portal:
        return self.control.create_portal(domain=domain, **settings)

    def visit(self, portal: Portal, *times: str, visitors: int = VISITORS, first: int = 1, path: str = "/", **rest: object) -> None:
        """At each of the times everybody looks at the page, with an id of that day."""
        self.number += 1
        hits = [
            hit(time, int(time[8:10]) * 100_000 + first + number, path=path, portal=portal, **rest)
            for time in times
            for number in range(visitors)
        ]
        self.loader.load(write(self.folder / "journal", self.number, hits))

    def close(self, day: str, group: str = "city") -> closing.Closing:
        return self.closer.close(group, date.fromisoformat(day))

    def lines(self, state: str = "spent") -> list[tuple[str, str, str]]:
        return [(line.day, line.release, line.mart) for line in lines(self.ledger, state=state)]

    def cells(self, mart: str = "portal", release: str = "city") -> dict[tuple[int, str], int]:
        """By site and day."""
        found = "SELECT site, toString(day), visitors FROM marts WHERE mart = {mart:String} AND release = {release:String} ORDER BY ALL"
        return {(site, day): visitors for site, day, visitors in self.engine.query(found, {"mart": mart, "release": release})}

    def held(self, table: str = "events") -> dict[tuple[int, str], int]:
        """Rows by site and day."""
        found = f"SELECT site, toString(day), count() FROM {table} GROUP BY ALL ORDER BY ALL"
        return {(site, day): count for site, day, count in self.engine.query(found)}


def few_marts(monkeypatch: pytest.MonkeyPatch, *more: str) -> None:
    """Only FEW_MARTS are drawn, and those that are named: a tenth of a second a day instead of a second."""
    monkeypatch.setattr(closing, "MARTS", (*FEW_MARTS, *(mart for mart in MARTS if mart.name in more)))
    monkeypatch.setattr(closing, "BEFORE", FEW_BEFORE)
