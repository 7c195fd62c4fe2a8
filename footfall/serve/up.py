"""``footfall up``: everything on one port."""

import json
import os
import threading
from pathlib import Path

from footfall.serve.app import create
from footfall.serve.hardening import keep_memory_private
from footfall.serve.keys import LocalToken
from footfall.serve.log import log_to_stderr
from footfall.serve.serving import Started, serve
from footfall.settings import Settings

__all__ = ["run_app"]


def run_app(settings: Settings, started: Started | None = None) -> None:
    """Serve until SIGTERM or SIGINT; then seal the journal, load it, and stop. ``started(url)`` is called once when it answers.

    Raises:
        FootfallError: something cannot be opened; the sentence says what.
    """
    keep_memory_private()
    log_to_stderr(settings.log_level)
    app = create(settings)
    app.open()
    announcement = _Announcement(settings.home_path / "run.json", started)
    try:
        serve(app, settings, announcement.put)
    finally:
        announcement.remove()
        app.close()


class _Announcement:
    """``run.json``: where this server answers and the secret of this machine's command line."""

    def __init__(self, path: Path, started: Started | None) -> None:
        self.path, self.started = path, started

    def put(self, url: str) -> None:
        content = json.dumps({"pid": os.getpid(), "url": url, "token": LocalToken.value})
        temporary = self.path.with_suffix(".tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
        temporary.rename(self.path)
        if self.started:
            threading.Thread(target=self.started, args=(url,), daemon=True).start()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
