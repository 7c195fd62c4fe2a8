"""What lies in a home folder, for those who need no more of a server than that."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from footfall.control.database import Control, open_control
from footfall.serve.clock import make_clock
from footfall.settings import Settings

__all__ = ["address_of", "open_control_of", "running_server", "salt_folder", "spill_folder"]


def open_control_of(settings: Settings) -> Control:
    """The control database of these settings: SQLite under home unless a URL says otherwise."""
    own = sa.URL.create("sqlite", database=str(settings.home_path / "control.db")).render_as_string()
    return open_control(settings.control or own, make_clock(settings.now))


def running_server(home: Path) -> dict[str, Any] | None:
    """What ``run.json`` says (pid, url, token), if its process still lives."""
    try:
        found = json.loads((home / "run.json").read_text(encoding="utf-8"))
        os.kill(int(found["pid"]), 0)
        return {name: found[name] for name in ("pid", "url", "token")}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def address_of(settings: Settings) -> str:
    """Where this home's server is reached: the public address, else that of the one that runs, else where one would listen."""
    running = running_server(settings.home_path)
    return settings.public_url.rstrip("/") or (str(running["url"]) if running else f"http://{settings.host}:{settings.port}")


def salt_folder(settings: Settings) -> Path | None:
    """A private tmpfs folder of this home; ``None`` where the machine has none."""
    base = Path(settings.volatile or "/dev/shm")
    if not base.is_dir() or not os.access(base, os.W_OK):
        return None
    digest = hashlib.sha256(str(settings.home_path).encode()).hexdigest()[:16]
    return base / f"footfall-{os.getuid()}-{digest}"


def spill_folder(settings: Settings) -> Path | None:
    """Beside the salts: where the embedded store puts what a query cannot hold in memory; ``None`` where there is no tmpfs."""
    beside = salt_folder(settings)
    return beside / "spill" if beside else None
