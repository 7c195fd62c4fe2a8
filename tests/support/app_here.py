"""The whole app on a port, in a thread of this process: seconds less than ``server.Footfall``, and its house within reach."""

import threading
import time
from pathlib import Path
from typing import Self

import uvicorn

from footfall.serve.app import create
from footfall.serve.house import House
from footfall.settings import read_settings
from tests.support.waiting import LONG_S

__all__ = ["AppHere"]


class AppHere:
    """An app of its own on a home; ``url`` is where it answers."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.app = create(read_settings({}, **{"home": str(home), "policy": "exact"} | settings))
        config = uvicorn.Config(self.app, port=0, lifespan="on", access_log=False, log_config=None, proxy_headers=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def house(self) -> House:
        assert self.app.house is not None
        return self.app.house

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + LONG_S
        while not self._server.started:
            assert self._thread.is_alive() and time.monotonic() < deadline, "the app did not start"
            time.sleep(0.02)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *fault: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=LONG_S)
