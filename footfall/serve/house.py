"""Everything one process holds open: control, store, journal, loader, collector. Opened once, closed in order."""

import hashlib
import os
import secrets
import threading
from pathlib import Path

import structlog

from footfall.collect.flood import make_limit
from footfall.collect.journal import Journal, adopt_orphans, write_segment
from footfall.collect.pipeline import Context
from footfall.collect.places import open_places
from footfall.collect.refusals import Refusals, as_lines
from footfall.collect.remote import make_remote
from footfall.collect.server import Collector
from footfall.collect.visitor import Salts
from footfall.control.database import Control, open_control
from footfall.control.index import PortalIndex
from footfall.errors import FootfallError
from footfall.serve.clock import make_clock, steady_ms
from footfall.settings import Settings
from footfall.store.engine import Engine, open_engine
from footfall.store.loading import Loader
from footfall.store.migrate import migrate

__all__ = ["Desk", "Gate", "House", "open_desk", "open_gate"]

log = structlog.get_logger()

ROUND_S = 0.1
REFUSALS_EVERY_ROUNDS = 50


class Desk:
    """What answers need: control, store and loader. The command line opens it too, when no server runs."""

    def __init__(self, settings: Settings) -> None:
        settings.home_path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.settings, self.now = settings, make_clock(settings.now)
        self.control = open_control_of(settings)
        self.engine: Engine = open_engine(
            settings.store,
            settings.home_path,
            query_seconds=settings.query_seconds,
            query_memory_bytes=settings.query_memory_bytes,
        )
        self.journal_folder = settings.home_path / "journal"
        self.loader = Loader(self.engine, self.journal_folder, now=self.now, random=secrets.token_bytes)
        migrate(self.engine)

    def close(self) -> None:
        self.engine.close()
        self.control.close()


class Gate:
    """What collecting needs: portals, salts, journal, collector."""

    def __init__(self, settings: Settings, control: Control) -> None:
        self.settings, self.now = settings, make_clock(settings.now)
        self.folder = settings.home_path / "journal"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        adopt_orphans(self.folder)
        self.portals = PortalIndex(control.portals, control.version, steady_ms)
        self.salts = Salts(salt_folder(settings), now=self.now, random=secrets.token_bytes)
        self.refusals = Refusals(self.now)
        self.journal = Journal(
            self.folder,
            now=self.now,
            random=secrets.token_bytes,
            segment_rows=settings.segment_rows,
            segment_age_ms=settings.segment_age_ms,
            max_bytes=settings.journal_max_bytes,
            commit_window_ms=settings.commit_window_ms,
        )
        context = Context(
            portals=self.portals,
            visitors=self.salts,
            place_of=open_places(settings.geo_database),
            allow=make_limit(settings.rate_limit_per_minute),
        )
        self.collector = Collector(
            context=context,
            journal=self.journal,
            refusals=self.refusals,
            remote=make_remote(settings.trusted_proxies),
            now=self.now,
            max_body_bytes=settings.max_body_bytes,
        )

    def write_refusals(self) -> None:
        """Hand the refusals counted so far to the loader."""
        taken = self.refusals.take()
        if taken:
            name = f"{self.now():013d}-{secrets.token_hex(8)}"
            path = write_segment(self.folder, f"{name}.taken", [as_lines(taken)])
            path.rename(self.folder / f"{name}.refusals")

    def close(self) -> None:
        self.journal.close()
        try:
            self.write_refusals()
        except FootfallError as error:
            log.warning("the last refusals were not counted", reason=str(error))


class House:
    """A whole server: desk, gate and the loader's thread."""

    def __init__(self, settings: Settings) -> None:
        self.desk = Desk(settings)
        try:
            self.gate = Gate(settings, self.desk.control)
        except BaseException:
            self.desk.close()
            raise
        self.ready = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._load, name="loader", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Seal the journal, load what is in it, close the store."""
        self.gate.close()
        self._stop.set()
        self._thread.join(timeout=60)
        try:
            self.desk.loader.load_waiting()
        except FootfallError as error:
            log.warning("the journal waits for the next start", reason=str(error))
        self.desk.close()

    def _load(self) -> None:
        rounds = 0
        while not self._stop.is_set():
            pause = ROUND_S
            try:
                self.desk.loader.load_waiting()
                self.ready.set()
                if rounds % REFUSALS_EVERY_ROUNDS == 0:
                    adopt_orphans(self.gate.folder)
                    self.gate.write_refusals()
                    self.gate.salts.tick()
            except FootfallError as error:
                log.warning("the journal waits", reason=str(error))
                pause = float(error.retry_after_s or 1)
            except Exception:
                log.exception("the loader met an unexpected error; it tries again")
                pause = 5.0
            rounds += 1
            self._stop.wait(pause)


def open_control_of(settings: Settings) -> Control:
    """The control database of these settings: SQLite under home unless a URL says otherwise."""
    return open_control(settings.control or f"sqlite:///{settings.home_path / 'control.db'}", make_clock(settings.now))


def open_desk(settings: Settings) -> Desk:
    return Desk(settings)


def open_gate(settings: Settings) -> Gate:
    """A collector apart: it opens no store. Its portals come from the control database."""
    settings.home_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Gate(settings, open_control_of(settings))


def salt_folder(settings: Settings) -> Path | None:
    """A private tmpfs folder of this home; ``None`` where the machine has none."""
    base = Path(settings.volatile or "/dev/shm")
    if not base.is_dir() or not os.access(base, os.W_OK):
        return None
    digest = hashlib.sha256(str(settings.home_path).encode()).hexdigest()[:16]
    return base / f"footfall-{os.getuid()}-{digest}"
