"""A portal's web server on this machine: pages out of a dict, and every request that it was asked."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["SmallSite"]

Page = tuple[int, dict[str, str], bytes]


class SmallSite:
    """Serves ``pages`` (path to status, headers and body) on a free port until it is closed; ``host`` is its authority."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.before: Any = lambda path: None
        """Called before each answer."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.agents.add(self.headers["user-agent"])
                site.before(self.path)
                status, headers, body = site.pages.get(self.path, (404, {}, b""))
                if "etag" in headers and self.headers.get("if-none-match") == headers["etag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in ({"content-type": "text/html"} | headers | {"content-length": str(len(body))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def put(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = status, {name.replace("_", "-"): value for name, value in headers.items()}, data

    def page(self, path: str, title: str, *links: str, head: str = "", **headers: str) -> None:
        anchors = "".join(f'<a href="{link}">more</a>' for link in links)
        body = f"<body><main><p>{title}</p>{anchors}</main></body>"
        self.put(path, f"<html lang=en><head><title>{title}</title>{head}</head>{body}</html>", **headers)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)
