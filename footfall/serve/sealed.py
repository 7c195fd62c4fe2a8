"""Sealed portals (``keep_events`` 0) in a running home: their journal, their store, and the hours that are finished."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from footfall.collect.days import day_span
from footfall.control.database import Control
from footfall.errors import BadInput
from footfall.serve.home import salt_folder
from footfall.serve.retention import CLOSING_MS, forget_over
from footfall.settings import Settings
from footfall.store.engine import Engine
from footfall.store.loading import Keep, Loader
from footfall.store.sealed import open_sealed
from footfall.vocabulary import Clock, Portal

__all__ = ["Room", "counted_next", "finished_until", "make_folder", "refuse_sealed_on_disk", "refuse_unsealable", "sealed_folder"]

MOUNTS, IN_MEMORY = Path("/proc/self/mounts"), ("tmpfs", "ramfs")
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
DELAY_MS = 5 * MINUTE_MS
NIGHT_MS, NIGHT_DELAY_MS = 35 * MINUTE_MS, MINUTE_MS
"""A visit goes on under yesterday's id for so long; what came until then is loaded right after it, as the day is closed soon."""


def sealed_folder(settings: Settings) -> Path | None:
    """Where sealed portals' events may be: on tmpfs beside an embedded store; ``None`` where there is no such place."""
    base = salt_folder(settings)
    return base / "sealed" if base and settings.store == "chdb" else None


def make_folder(settings: Settings) -> Path | None:
    """``sealed_folder``, there and nobody else's to look into."""
    folder = sealed_folder(settings)
    for path in (folder.parent, folder) if folder else ():
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def refuse_unsealable(settings: Settings, keep_events: object) -> None:
    """Raises BadInput where a portal is to be sealed and its events had nowhere to be."""
    if keep_events not in (0, "0"):
        return
    folder = sealed_folder(settings)
    if folder is None:
        raise BadInput("A sealed portal (keep_events 0) needs the embedded store and a tmpfs folder (setting 'volatile') on this machine.")
    _refuse_disk(folder)


def refuse_sealed_on_disk(settings: Settings, portals: Iterable[Portal]) -> None:
    """Raises BadInput where a portal is or will be sealed and the place of its events is no memory."""
    folder = sealed_folder(settings)
    if folder and any(portal.may_be_sealed for portal in portals):
        _refuse_disk(folder)


def _refuse_disk(folder: Path) -> None:
    kind = _kind_of_mount(folder.resolve())
    if kind not in IN_MEMORY:
        raise BadInput(
            "Setting 'volatile': {folder} is on {kind}, a disk, which sealed portals' events must never reach. "
            "Valid: a folder on tmpfs or ramfs.",
            folder=str(folder.parent.parent),
            kind=kind or "?",
        )


def _kind_of_mount(path: Path) -> str:
    """The kind of file system that the path is on; nothing where this machine does not say. The last mount on a folder is the one seen."""
    found, longest = "", -1
    for line in MOUNTS.read_text(errors="replace").splitlines() if MOUNTS.exists() else ():
        _, where, kind, *_ = line.split(" ")
        point = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), where))
        if path.is_relative_to(point) and len(point.parts) >= longest:
            found, longest = kind, len(point.parts)
    return found


def finished_until(portals: Iterable[Portal], now_ms: int) -> int:
    """The instant before which sealed portals' events are counted: an hour's end five minutes ago or more, or 00:35 of one of them."""
    nights = (day_span(portal.timezone, now_ms)[0] + NIGHT_MS for portal in portals if portal.may_be_sealed)
    over = [night for night in nights if night + NIGHT_DELAY_MS <= now_ms]
    return max([(now_ms - DELAY_MS) // HOUR_MS * HOUR_MS, *over])


def counted_next(now_ms: int) -> int:
    """The instant, in milliseconds, from which one more whole hour of sealed portals is counted."""
    return (now_ms - DELAY_MS) // HOUR_MS * HOUR_MS + HOUR_MS + DELAY_MS


class Room:
    """The engine, journal folder and loader of sealed portals."""

    def __init__(self, folder: Path, engine: Engine, control: Control, *, now: Clock, random: Callable[[int], bytes], keep: Keep) -> None:
        self.folder, self.engine = folder / "journal", open_sealed(engine)
        self._control, self._now = control, now
        self.loader = Loader(self.engine, self.folder, now=now, random=random, keep=keep, until=self._until)

    def is_empty(self) -> bool:
        """Whether no portal is sealed: then nothing needs to be asked here."""
        return not any(portal.may_be_sealed for portal in self._control.portals())

    def is_loaded(self) -> bool:
        """Whether everything of the finished hours is counted."""
        return self.loader.complete_until_ms() >= self._until()

    def end_days(self) -> None:
        """Delete days that are over and had their time to be closed, and files of the journal that could not be loaded since.

        Raises:
            Unavailable: control or store is away; the next call tries again.
        """
        self.loader.clear(self._now() - DAY_MS - CLOSING_MS)
        forget_over(self._control, self.engine, self._now)

    def _until(self) -> int:
        return finished_until(self._control.portals(), self._now())
