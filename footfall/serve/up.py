"""``footfall up``: everything on one port."""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

from footfall.serve.app import create
from footfall.serve.hardening import keep_memory_private
from footfall.serve.house import Desk
from footfall.serve.keys import LocalToken
from footfall.serve.log import log_to_stderr
from footfall.serve.serving import Started, serve
from footfall.settings import Settings

__all__ = ["run_app"]

Beside = Callable[[Desk, threading.Event], None]
BESIDE_SECONDS = 20
"""How long what runs beside the server may take to end."""


def run_app(settings: Settings, started: Started | None = None, beside: Beside | None = None) -> None:
    """Serve until SIGTERM or SIGINT; then seal the journal, load it, and stop. ``started(url)`` is called once when it answers, and
    ``beside(desk, stopping)`` in a thread of its own, which has to end soon after ``stopping`` is set.

    Raises:
        FootfallError: something cannot be opened; the sentence says what.
    """
    keep_memory_private()
    log_to_stderr(settings.log_level)
    app = create(settings)
    app.open()
    assert app.house is not None
    work = threading.Thread(target=beside or (lambda desk, stopping: None), args=(app.house.desk, app.house.stopping), daemon=True)
    announcement = _Announcement(settings.home_path / "run.json", started, work)
    try:
        serve(app, settings, announcement.put)
    finally:
        announcement.remove()
        if work.is_alive():
            app.stop_soon()
            work.join(BESIDE_SECONDS)
        app.close()


class _Announcement:
    """``run.json``: where this server answers and the secret of this machine's command line."""

    def __init__(self, path: Path, started: Started | None, work: threading.Thread) -> None:
        self.path, self.started, self.work = path, started, work

    def put(self, url: str) -> None:
        content = json.dumps({"pid": os.getpid(), "url": url, "token": LocalToken.value})
        temporary = self.path.with_suffix(".tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
        temporary.rename(self.path)
        if self.started:
            threading.Thread(target=self.started, args=(url,), daemon=True).start()
        self.work.start()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
