"""Made-up traffic over several days and midnights, rolled up, and the same question answered from the roll-up and from every event."""

import os
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import msgspec
import pytest

from footfall.collect.days import day_of
from footfall.reports import question, run
from footfall.serve.rolling import Rolling
from footfall.store.engine import Engine
from footfall.vocabulary import Hit, Portal
from tests.support.build import ms

NOW = "2026-03-31T12:00:00"
METRICS = ("visitors", "visits", "bounce_rate", "visit_duration", "views_per_visit")
FIRST = datetime(2026, 3, 28)
DAYS = 4
"""Europe/Berlin turns its clocks on the second."""


def traffic(portal: Portal, seed: int, visitors: int = 30) -> list[Hit]:
    """Visits of visitors with an id a day, some over midnight, some with a late event, and hits without visit detail; by arrival."""
    chance, zone = Random(seed), ZoneInfo(portal.timezone)
    hits: list[Hit] = []
    for number in range(visitors * DAYS):
        visitor = chance.getrandbits(63) + 1 if chance.random() > 0.1 else 0
        minute = chance.choice((chance.randrange(60, 1380), chance.randrange(1410, 1440), chance.randrange(0, 30)))
        at = (FIRST + timedelta(days=number % DAYS, minutes=minute)).replace(tzinfo=zone)
        origin = {name: chance.choice(("", "a", "b")) for name in ("source", "device", "country")} if visitor else {}
        for _ in range(chance.choice((1, 1, 2, 3, 6))):
            time_ms = int(at.timestamp() * 1000)
            hits.append(
                Hit(
                    site=portal.id,
                    time_ms=time_ms,
                    day=day_of(portal.timezone, time_ms),
                    visitor=visitor,
                    name=chance.choice(("pageview", "pageview", "pageview", "Click", "engagement")),
                    path=chance.choice(("/", "/a", "/b", "/c")),
                    hostname="one.example",
                    **origin,
                )
            )
            at += timedelta(minutes=chance.choice((1, 9, 29, 45, -100)))
    return sorted(hits, key=lambda hit: hit.time_ms + chance.choice((0, 0, 0, 7_000_000)))


def rolling(engine: Engine, *portals: Portal, now: str = NOW) -> Rolling:
    return Rolling(SimpleNamespace(portals=lambda: portals), engine, now=lambda: ms(now), random=os.urandom)


def roll(engine: Engine, *portals: Portal, now: str = NOW) -> int:
    """Two rounds: how many portals' days were built."""
    rounds = rolling(engine, *portals, now=now)
    return rounds.round() + rounds.round()


def both(engine: Engine, portal: Portal, dates: list[str], metrics: tuple[str, ...], by: tuple[str, ...], now: str = NOW):
    """(rows from the roll-up, rows from events and visits, how many statements the roll-up took)."""
    body = {"site_id": portal.domain, "metrics": list(metrics), "date_range": dates, "dimensions": list(by)}
    asked = question.parse(body, portal=portal, goals=(), now_ms=ms(now))
    with pytest.MonkeyPatch.context() as patch:
        statements = []

        def counted(table, wanted, engine, known=run.rolled_statement):
            found = known(table, wanted, engine)
            # What it lies in is asked too, and compared, but not counted.
            statements.append(found if wanted.dimensions == asked.dimensions else None)
            return found

        patch.setattr(run, "rolled_statement", counted)
        rolled = run.answer(asked, engine).rows
        patch.setattr(run, "rolled_statement", lambda *given: None)
        read = run.answer(asked, engine).rows
    return sorted_rows(rolled), sorted_rows(read), sum(one is not None for one in statements)


def sorted_rows(rows):
    return sorted(map(msgspec.structs.astuple, rows), key=str)
