"""``footfall demo``: a made-up city with weeks of history and a trickle of live traffic."""

import json as jsonlib
import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import httpx
import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.progress import Progress

from footfall.cli.common import Json, console, print_json
from footfall.control.keys import SCOPES, create_key
from footfall.demo.city import CITY, CLIENTS, PLACES, DemoPortal
from footfall.demo.simulator import Span, make_lines
from footfall.serve.house import Desk, open_desk
from footfall.serve.imports import import_stream
from footfall.serve.up import run_app, running_server
from footfall.settings import Settings, read_settings

__all__ = ["build_city", "demo"]

LIVE_EVENTS_A_SECOND = 2.0
PROXY = "127.0.0.1/32"


def demo(
    *,
    home: Annotated[str, Parameter(help="Folder of the demo's state.")] = "~/.footfall-demo",
    port: Annotated[int | None, Parameter(help="Port to listen on [default: 8700].")] = None,
    weeks: Annotated[int, Parameter(help="Weeks of history, when the city is new.")] = 4,
    seed: Annotated[int, Parameter(help="Same seed, same city.")] = 1,
    json: Json = False,
) -> None:
    """Build a demo city (the first time), then serve it with live traffic until stopped."""
    settings = read_settings(home=home, port=port, trusted_proxies=(PROXY,))
    if running_server(settings.home_path):
        console.print("The demo runs already.")
        return
    key = build_city(settings, weeks=weeks, seed=seed)

    def started(url: str) -> None:
        _say(url, key, settings, json)
        _send_live(url, seed)

    run_app(settings, started)


def build_city(settings: Settings, *, weeks: int, seed: int, until: date | None = None) -> str:
    """The city's portals, goals and history, made once; answers a key for the API. History ends the day before ``until`` (today)."""
    file = settings.home_path / "demo.json"
    if file.exists():
        return str(jsonlib.loads(file.read_text())["key"])
    desk = open_desk(settings)
    try:
        key = create_key(desk.control, "demo", SCOPES, now_ms=desk.now())
        today = until or datetime.fromtimestamp(desk.now() / 1000, UTC).date()
        span = Span(first_day=today - timedelta(weeks=weeks), days=weeks * 7)
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("Building the city", total=len(CITY))
            for portal in CITY:
                bar.update(task, description=f"Building {portal.domain}")
                _build_portal(desk, portal, span, seed)
                bar.advance(task)
    finally:
        desk.close()
    _write_private(file, jsonlib.dumps({"key": key, "weeks": weeks, "seed": seed, "first_day": str(span.first_day)}))
    return key


def _build_portal(desk: Desk, portal: DemoPortal, span: Span, seed: int) -> None:
    made = desk.control.create_portal(domain=portal.domain, timezone=portal.timezone)
    for goal in portal.goals:
        desk.control.put_goal(made.id, **msgspec.to_builtins(goal))
    import_stream(desk, "events", portal.domain, _joined(make_lines(portal, span, seed=seed)))


def _joined(lines: Iterator[bytes]) -> Iterator[bytes]:
    batch: list[bytes] = []
    for line in lines:
        batch.append(line)
        if len(batch) == 1000:
            yield b"".join(batch)
            batch = []
    yield b"".join(batch)


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _say(url: str, key: str, settings: Settings, json: bool) -> None:
    if json:
        print_json({"url": url, "key": key, "home": str(settings.home_path)})
        return
    portal = CITY[0].domain
    console.print(f"\nThe demo city is at {url}\nIts key: {key}\n\nTry:", soft_wrap=True)
    where = f"--home {settings.home}"
    console.print(f"  footfall ask {portal} visitors,pageviews --by visit:source --range 28d {where}", soft_wrap=True)
    console.print(f"  footfall ask {portal} visitors,bounce_rate --by time:day --range 7d {where}", soft_wrap=True)
    question = jsonlib.dumps({"site_id": portal, "metrics": ["visitors"], "date_range": "28d", "dimensions": ["event:page"]})
    console.print(f"  curl -H 'Authorization: Bearer {key}' -d '{question}' {url}/api/v2/query", soft_wrap=True, markup=False)


def _send_live(url: str, seed: int) -> None:
    """A trickle of page views through the real collector, until the server is gone."""
    chance = random.Random(seed + time.time_ns())
    with httpx.Client(base_url=url, timeout=5) as client:
        while True:
            time.sleep(chance.expovariate(LIVE_EVENTS_A_SECOND))
            portal = chance.choices(CITY, [portal.daily_visitors for portal in CITY])[0]
            browser = chance.choices(CLIENTS, [found.weight for found in CLIENTS])[0]
            place = chance.choices(PLACES, [found.weight for found in PLACES])[0]
            page, source = chance.choice(portal.pages), chance.choice(portal.sources)
            address = f"{place.network}.{chance.randrange(4)}.{chance.randrange(1, 40)}"
            body = {"n": "pageview", "u": f"https://{portal.domain}{page.path}", "d": portal.domain, "r": source.referrer or None}
            try:
                client.post("/api/event", json=body, headers={"user-agent": browser.agent, "x-forwarded-for": address})
            except httpx.TransportError:
                return
