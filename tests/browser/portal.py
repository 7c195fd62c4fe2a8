"""A portal whose pages are served here and counted there, and the browser that visits it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Request

from tests.support.server import Footfall
from tests.support.waiting import until

__all__ = ["SCROLL", "Pages", "Portal", "Visitor", "stop_clock"]

EMPTY = "<!doctype html><meta charset=utf-8><title>A page</title><link rel=icon href=data:,><body>"
SCROLL = "bottom => new Promise(done => { addEventListener('scroll', done, { once: true }); scrollTo(0, bottom - innerHeight) })"
"""Scrolls until ``bottom`` is the lowest pixel seen, and waits until the page was told: a frame, which a clock that stands never draws."""


class Pages:
    """A web server of pages that tests put there, by host and path; any other page is empty."""

    def __init__(self) -> None:
        self.content: dict[tuple[str, str], tuple[bytes, dict[str, str]]] = {}
        self.prepared: set[tuple[str, str]] = set()
        """Host and path of what browsers asked for ahead of being shown."""
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers["host"].partition(":")[0], urlsplit(self.path).path
                if "prerender" in self.headers.get("sec-purpose", ""):
                    pages.prepared.add(asked)
                body, headers = pages.content.get(asked, (EMPTY.encode(), {}))
                self.send_response(200)
                for name, value in ({"content-type": "text/html", "content-length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Nothing: the test says what went wrong."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class Portal:
    """One portal: its pages on one origin, the collector on another."""

    def __init__(self, server: Footfall, pages: Pages, domain: str, id: int, umami_id: str) -> None:
        self.server, self.domain, self.id, self.umami_id = server, domain, id, umami_id
        self._pages = pages
        self.collector = f"http://stats.example:{server.port}"

    def url(self, path: str = "/", host: str = "") -> str:
        return f"http://{host or self.domain}:{self._pages.port}{path}"

    def put(self, path: str, body: str = "", **headers: str) -> None:
        """A page; ``body`` follows an empty head."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._pages.content[self.domain, path] = ((EMPTY + body).encode(), named)

    def put_script(self, path: str, script: str) -> None:
        self._pages.content[self.domain, path] = (script.encode(), {"content-type": "text/javascript"})

    def serve_as(self, *hosts: str) -> None:
        """The portal's pages under other hosts too."""
        own = {path: content for (host, path), content in self._pages.content.items() if host == self.domain}
        self._pages.content |= {(host, path): content for host in hosts for path, content in own.items()}

    @property
    def prepared(self) -> set[str]:
        """Paths that a browser asked for ahead of being shown."""
        return {path for host, path in self._pages.prepared if host == self.domain}

    def line(self, script: str = "footfall.js", **data: str) -> str:
        """The line to paste, with its ``data-`` options; ``_`` in a name stands for nothing, so that ``_404`` can be one."""
        options = "".join(f' data-{name.strip("_")}="{value}"' for name, value in data.items())
        return f'<script defer{options} src="{self.collector}/{script}"></script>'

    def answer(self, dimensions: str, metrics: str, **rest: Any) -> dict[Any, Any]:
        """What the store says of the portal: rows by dimension; a lone dimension or metric stands by itself."""
        question = {"site_id": self.domain, "date_range": "day", "dimensions": dimensions.split(), "metrics": metrics.split()} | rest
        answer = self.server.call("POST", "/api/v2/query", json=question).json()
        assert "results" in answer, answer
        return {_lone(row["dimensions"]): _lone(row["metrics"]) for row in answer["results"]}

    def expect(self, dimensions: str, metrics: str, wanted: dict[Any, Any], **rest: Any) -> None:
        """The answer becomes the wanted one."""
        found = self.until(lambda: self.answer(dimensions, metrics, **rest), lambda found: found == wanted)
        assert found == wanted

    def until(self, ask: Any, is_it: Any) -> Any:
        """Asked again until it is it."""
        return until(ask, is_it)


class Visitor:
    """A browser context with one page, and what it asked for and complained of."""

    def __init__(self, context: BrowserContext) -> None:
        self.context, self._requests, self.faults = context, list[Request](), list[str]()
        context.on("request", lambda request: self._requests.append(request))
        self.excused = list[str]()
        """What the browser itself notes of what a test brings about; such a note may come at any time."""
        context.on("weberror", lambda fault: self.faults.append(str(fault.error)))
        context.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page = context.new_page()

    @property
    def complaints(self) -> list[str]:
        """Faults but for the excused."""
        return [fault for fault in self.faults if not any(note in fault for note in self.excused)]

    def look_away(self) -> None:
        """To another tab, which takes the focus."""
        self.context.new_cdp_session(self.page).send("Emulation.setFocusEmulationEnabled", {"enabled": False})
        self.context.new_page().bring_to_front()
        self.page.wait_for_function("!document.hasFocus()")

    def look_back(self) -> None:
        self.page.bring_to_front()
        self.page.wait_for_function("document.hasFocus()")

    @property
    def requests(self) -> list[Request]:
        """All until now."""
        self.context.cookies()  # a round trip, after which all that happened before has been told
        return list(self._requests)

    def sent(self, path: str = "/api/collect") -> list[Any]:
        """Bodies of what was sent to a path of the collector, read as JSON."""
        return [json.loads(one.post_data or "") for one in self.requests if urlsplit(one.url).path == path and one.method == "POST"]

    def hosts(self) -> set[str]:
        return {urlsplit(one.url).hostname or "" for one in self.requests if one.url.startswith("http")}


def stop_clock(page: Page) -> None:
    """Let the page's clock stand until the test moves it, so that a busy machine adds nothing to what a tracker measures."""
    page.clock.install(time="2026-01-05T12:00:00Z")
    page.clock.pause_at("2026-01-05T12:00:01Z")


def _lone(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else tuple(values)
