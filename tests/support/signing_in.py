"""A browser without scripts, as far as forms go: it fetches a page, fills in its form with the page's token, and sends it."""

import json
import re
from typing import Any

import httpx

from tests.support.server import Footfall

__all__ = ["PASSWORD", "Reader"]

PASSWORD = "correct horse battery"


class Reader:
    """One browser on one server."""

    def __init__(self, server: Footfall) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.url, timeout=30)

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def send(self, page: str, action: str = "", **fields: Any) -> httpx.Response:
        """Send the form of ``page`` to ``action``, or to the page itself."""
        shown = self.http.get(page).text
        token = re.search(r'name="token" value="(\w+)"', shown)
        assert token, f"{page} has no form of ours"
        return self.http.post(action or page, data={"token": token[1]} | fields)

    def sign_in(self, email: str, password: str = PASSWORD, **fields: Any) -> httpx.Response:
        return self.send("/sign-in", email=email, password=password, **fields)

    def join(self, email: str, *options: str, name: str = "Ann", password: str = PASSWORD) -> httpx.Response:
        """Be added on the command line, and accept the invitation."""
        link = json.loads(self.server.run("operators", "add", email, *options, "--json").stdout)["invitation"]
        return self.send("/" + link.split("/", 3)[3], name=name, password=password, again=password)
