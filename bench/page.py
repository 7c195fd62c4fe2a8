"""The portal's page as its team opens it: server time of loading and rendering, what travels, and when Chromium has shown the most of it.

``python -m bench.page`` makes 100 million events of which the portal has 10 million, 30 days rolled up and half of today; ``--short`` 10
million (1 million). Limits, for the long form on two cores: 150 ms of server time at p95, 60 KB of HTML, style and first script and 260 KB
of charts as they travel, and a largest contentful paint under a second on loopback. No answer is served from a cache of answers.
"""

import argparse
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urljoin

import httpx
from playwright.sync_api import sync_playwright

from bench.load import wait_for_merges
from bench.overview import READER
from bench.panels import EVENTS_A_VISIT, NOW_MS, ROLLED, fill, roll_up
from footfall.serve.house import Desk, open_desk
from footfall.serve.pages.frame import render
from footfall.serve.pages.portal import CHOICES, load
from footfall.serve.pages.view import View, read_view
from footfall.serve.serving import favour_requests
from footfall.settings import read_settings
from footfall.vocabulary import Portal
from tests.support.server import Footfall

DOMAIN = "page.example"
PAGE = f"/portals/{DOMAIN}"
NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC).isoformat()
FILTERED = [("f", "is,country,RU"), ("f", "is,device,Mobile")]
LIMIT_MS, LIMIT_FILTERED_MS, LIMIT_BYTES, LIMIT_CHARTS, LIMIT_PAINT_MS = 150, 700, 60_000, 260_000, 1000
WARM = 6
"""After its third time the store compiles an expression, which takes a fifth of a second, once."""
SHARED = ("footfall.css", "app.js")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PAINTED = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
  .observe({ type: 'largest-contentful-paint', buffered: true }))"""


def make_home(home: Path, events: int) -> None:
    """A home whose first portal holds a tenth of that many events."""
    desk = open_desk(read_settings({"FOOTFALL_NOW": NOW, "FOOTFALL_QUERY_SECONDS": "600"}, home=str(home)))
    try:
        desk.control.create_portal(domain=DOMAIN)
        fill(desk.engine, int(events / EVENTS_A_VISIT))
        roll_up(desk.engine, ROLLED)
        wait_for_merges(desk.engine)
    finally:
        desk.close()


def page_ms(desk: Desk, portal: Portal, view: View) -> tuple[float, float]:
    """Milliseconds of loading and of rendering."""
    started = time.perf_counter()
    page = load(desk, portal, view)
    loaded = time.perf_counter()
    render(READER, "portal.html", page=page, may_share=True, is_print=False, intervals=page.intervals, **CHOICES)
    return (loaded - started) * 1000, (time.perf_counter() - loaded) * 1000


def report_server(home: Path, rounds: int) -> None:
    """Loading and rendering in this process, as a server's request would, after WARM runs that do not count."""
    desk = open_desk(read_settings({"FOOTFALL_NOW": NOW}, home=str(home)))
    try:
        portal = desk.control.portals()[0]
        total, ours = desk.engine.query("SELECT count(), countIf(site = 1) FROM events")[0]
        print(f"{total:,} events, {ours:,} in the portal", flush=True)
        for label, pairs, limit in (("30 days", [], LIMIT_MS), ("by country and device", FILTERED, LIMIT_FILTERED_MS)):
            view = read_view(pairs)
            for _ in range(WARM):
                page_ms(desk, portal, view)
            favour_requests()
            parts = [page_ms(desk, portal, view) for _ in range(rounds)]
            whole, p95 = [sum(part) for part in parts], quantiles([sum(part) for part in parts], n=20)[-1]
            rendering = median(part[1] for part in parts)
            told = f"p50 {median(whole):,.0f} ms, of it rendering {rendering:,.0f}, p95 {p95:,.0f} ms"
            print(f"page, {label}: {told} = {p95 / limit:.2f} of the limit {limit} ms", flush=True)
    finally:
        desk.close()


def travelled(client: httpx.Client, path: str) -> int:
    """Bytes of the answer's body as it travels."""
    with client.stream("GET", path, headers={"accept-encoding": "gzip, br"}) as answer:
        answer.raise_for_status()
        return sum(len(part) for part in answer.iter_raw())


def report_bytes(client: httpx.Client) -> None:
    """What a first look loads before any chart, and the charts."""
    html = client.get(PAGE).text
    assets = {name: next(part for part in html.split('"') if name in part) for name in (*SHARED, "charts.js")}
    sizes = {"html": travelled(client, PAGE)} | {name: travelled(client, urljoin(PAGE, path)) for name, path in assets.items()}
    charts = sizes.pop("charts.js")
    listed = ", ".join(f"{name} {size:,}" for name, size in sizes.items())
    whole = sum(sizes.values())
    print(f"travels first: {listed}; together {whole:,} bytes = {whole / LIMIT_BYTES:.2f} of the limit {LIMIT_BYTES:,}")
    print(f"charts, after the numbers: {charts:,} bytes = {charts / LIMIT_CHARTS:.2f} of the limit {LIMIT_CHARTS:,}", flush=True)


def report_paint(url: str, cookies: list[Any], rounds: int) -> None:
    """Largest contentful paint in a browser that has nothing of the page yet."""
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        for _ in range(rounds):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_cookies(cookies)
            page = context.new_page()
            page.goto(url + PAGE, wait_until="load")
            found.append(page.evaluate(PAINTED))
            context.close()
        browser.close()
    p95 = quantiles(found, n=20)[-1]
    print(f"largest contentful paint: p50 {median(found):,.0f} ms, p95 {p95:,.0f} ms = {p95 / LIMIT_PAINT_MS:.2f} of the limit 1,000 ms")


def main(short: bool = False) -> None:
    """One line a figure."""
    rounds = 10 if short else 20
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        make_home(home, 10_000_000 if short else 100_000_000)
        report_server(home, rounds)
        server = Footfall(home, now=NOW, policy="staff")
        try:
            client = server.browser()
            report_bytes(client)
            cookies = [{"name": cookie.name, "value": cookie.value, "url": server.url} for cookie in client.cookies.jar]
            report_paint(server.url, cookies, rounds)
        finally:
            server.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    main(parser.parse_args().short)
