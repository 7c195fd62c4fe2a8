"""``footfall up`` as a process of its own or in a thread of this one, and the command line beside it."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from bench.faults import free_port
from tests.support.app_here import AppHere
from tests.support.command import run_here
from tests.support.waiting import LONG_S, until

__all__ = ["AGENT", "Footfall", "FootfallHere"]

PASSWORD = "correct horse battery"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Footfall:
    """A server process on its own home, and the command line beside it."""

    started = "/health"
    """What answers 200 once it has started."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home, self.port, self.settings = home, free_port(), settings
        self.url = f"http://127.0.0.1:{self.port}"
        own = {f"FOOTFALL_{name.upper()}": value for name, value in settings.items()}
        self.environ = os.environ | {"FOOTFALL_HOME": str(home), "FOOTFALL_POLICY": "exact", "TZ": "UTC"} | own
        self.run("portals", "add", "portal.example")
        self.key = json.loads(self.run("keys", "add", "all", "--scopes", "*", "--json").stdout)["key"]
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "footfall.cli", "up", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        with httpx.Client(base_url=self.url, timeout=10) as client:
            assert until(lambda: self.process.poll() is not None or self._answers(client)), "the server did not start"
        assert self.process.poll() is None, "the server did not start"

    def _answers(self, client: httpx.Client) -> bool:
        try:
            return client.get(self.started).status_code == 200
        except httpx.HTTPError:
            return False

    def run(self, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        done = run_here(self.environ, *arguments)
        if check:
            done.check_returncode()
        return done

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=LONG_S)

    def call(self, method: str, path: str, *, key: str | None = None, **rest: Any) -> httpx.Response:
        """With the server's own key unless another is given; an empty one is none."""
        secret = self.key if key is None else key
        headers = ({"authorization": f"Bearer {secret}"} if secret else {}) | rest.pop("headers", {})
        return httpx.request(method, self.url + path, headers=headers, timeout=LONG_S, **rest)

    def new_key(self, name: str, *options: str) -> str:
        return str(json.loads(self.run("keys", "add", name, *options, "--json").stdout)["key"])

    def browser(self, email: str = "ann@example.city", role: str = "admin") -> httpx.Client:
        """A new operator, signed in."""
        link = json.loads(self.run("operators", "add", email, "--role", role, "--json").stdout)["invitation"]
        client = httpx.Client(base_url=self.url, timeout=LONG_S, follow_redirects=True)
        path = urlsplit(link).path
        token = re.search(r'name="token" value="([^"]+)"', client.get(path).text)
        assert token
        client.post(path, data={"token": token[1], "name": "Ann", "password": PASSWORD, "again": PASSWORD}).raise_for_status()
        return client

    def event(self, path: str, body: object, **headers: str) -> httpx.Response:
        return httpx.post(self.url + path, json=body, headers={"user-agent": AGENT} | headers, timeout=LONG_S)

    def ask(self, question: dict) -> list:
        """The question's results: of portal.example and today, unless it says otherwise."""
        return self.call("POST", "/api/v2/query", json={"site_id": "portal.example", "date_range": "day"} | question).json()["results"]

    def poll(self, question: dict, wanted: list) -> list:
        """The question's results, asked again until they are the wanted ones or it has been long enough."""
        found: list = until(lambda: self.ask(question), lambda found: found == wanted)
        return found


class FootfallHere(Footfall):
    """The same in a thread, for two seconds less. While it runs, this process has no other store open: no command may need one."""

    def start(self) -> None:
        self._app = AppHere(self.home, **self.settings).__enter__()
        self.url = self._app.url

    def stop(self) -> int:
        self._app.__exit__()
        return 0
