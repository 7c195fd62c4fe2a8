"""What collecting needs, in the app and in a collector apart, which reads nothing of the store."""

import asyncio
import itertools
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.to_thread
import structlog

from footfall.collect.conditions import CONDITIONS
from footfall.collect.flood import make_limit
from footfall.collect.journal import REFUSALS, Journal, adopt_orphans, write_segment
from footfall.collect.pipeline import Context
from footfall.collect.places import open_places
from footfall.collect.reach import ReachRoom
from footfall.collect.recently import forget_recent
from footfall.collect.refusals import Refusals, as_lines
from footfall.collect.remote import make_remote
from footfall.collect.server import Collector
from footfall.collect.visitor import Salts
from footfall.control.database import Control
from footfall.control.index import PortalIndex
from footfall.control.reach import list_groups, renew_room
from footfall.errors import BadSetting, FootfallError
from footfall.serve.bare_answers import unexpected
from footfall.serve.clock import make_clock, steady_ms
from footfall.serve.home import open_control_of, salt_folder
from footfall.serve.sealed import make_folder, refuse_sealed_on_disk
from footfall.serve.waits import in_steps
from footfall.settings import Settings

__all__ = ["Gate", "open_gate"]

log = structlog.get_logger()

HOUSEKEEPING_S, FOLDER_EVERY_ROUNDS, REACH_EVERY_ROUNDS, FORGET_EVERY_ROUNDS = 0.5, 10, 60, 3600


class Gate:
    """What collecting needs: portals, salts, journal, collector."""

    def __init__(self, settings: Settings, control: Control) -> None:
        refuse_sealed_on_disk(settings, control.portals())
        self.settings, self.control, self.now = settings, control, make_clock(settings.now)
        self.folder = settings.home_path / "journal"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        adopt_orphans(self.folder)
        self.portals = PortalIndex(control.portals, control.version, steady_ms)
        self.salts = Salts(salt_folder(settings), now=self.now, random=secrets.token_bytes)
        self.reach = ReachRoom(settings.reach, now=self.now, random=secrets.token_bytes) if settings.reach != "off" else None
        self.room, self.began_ms = secrets.token_hex(16), self.now()
        """What this process is called among those that collect."""
        self.refusals = Refusals(self.now)
        self.remote = make_remote(settings.trusted_proxies)
        self.journal = Journal(
            self.folder,
            now=self.now,
            random=secrets.token_bytes,
            segment_rows=settings.segment_rows,
            segment_age_ms=settings.segment_age_ms,
            max_bytes=settings.journal_max_bytes,
            commit_window_ms=settings.commit_window_ms,
        )
        room = make_folder(settings)
        self.sealed = self._sealed_journal(room / "journal") if room else None
        context = Context(
            portals=self.portals,
            visitors=self.salts,
            place_of=open_places(settings.geo_database),
            allow=make_limit(settings.rate_limit_per_minute),
            conditions=CONDITIONS[settings.profile],
            reach=self.reach,
        )
        self.collector = Collector(
            context=context,
            journal=self.journal,
            refusals=self.refusals,
            remote=self.remote,
            now=self.now,
            failed=unexpected,
            sealed=self.sealed,
            max_body_bytes=settings.max_body_bytes,
        )
        self._taken: list[tuple[int, int, str, int]] = []
        """Refusals that are counted and not yet in the folder."""

    async def keep_house(self) -> None:
        """Until cancelled: turn salts and the reach room, re-read portals, hand refusals to the loader, take over what the dead left.

        On the collector's own event loop, because salts and refusals are its; what may wait for a disk or a database runs in a thread.
        """
        thread = anyio.CapacityLimiter(1)
        for number in itertools.count(1):
            await asyncio.sleep(HOUSEKEEPING_S)
            try:
                self.salts.tick()
                if self.reach:
                    self.reach.tick()
                await anyio.to_thread.run_sync(self.portals.refresh, limiter=thread)
                if number % REACH_EVERY_ROUNDS == 1:
                    await anyio.to_thread.run_sync(self.tell_reach, limiter=thread)
                if number % FORGET_EVERY_ROUNDS == 0:
                    forget_recent()
                if number % FOLDER_EVERY_ROUNDS == 0:
                    self._taken += self.refusals.take()
                    await anyio.to_thread.run_sync(self._keep_folder, limiter=thread)
            except FootfallError as error:
                log.warning("housekeeping waits", reason=str(error))
            except Exception:
                log.exception("housekeeping met an unexpected error; it goes on")

    def tell_reach(self) -> None:
        """Read which groups are counted together, and, where there are any, have it known that this process collects, with a reach room or
        without: what it takes is in no other's memory. Raises Unavailable."""
        groups = list_groups(self.control)
        if self.reach:
            self.reach.declared = groups
        if groups:
            renew_room(self.control, self.room, self.began_ms, now_ms=self.now())

    def waiting(self) -> dict[str, int]:
        """Closed segments in the folder that no loader took yet, and their bytes; in steps."""
        sizes = []
        for path in self.folder.glob("*.ndjson"):
            with suppress(FileNotFoundError):
                sizes.append(path.stat().st_size)
        return in_steps(len(sizes), sum(sizes))

    def close(self) -> None:
        """Seal the journal. Nothing is collected afterwards."""
        self.journal.close()
        if self.sealed:
            self.sealed.close()
        self._taken += self.refusals.take()
        try:
            self._keep_folder()
        except (FootfallError, OSError) as error:
            log.warning("the last refusals were not counted", kind=type(error).__name__)

    def _sealed_journal(self, folder: Path) -> Journal:
        """On tmpfs, of which it may fill a sixth: lines take five times their size while they are loaded."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        adopt_orphans(folder)
        return Journal(
            folder,
            now=self.now,
            random=secrets.token_bytes,
            segment_rows=self.settings.segment_rows,
            segment_age_ms=self.settings.segment_age_ms,
            max_bytes=min(self.settings.journal_max_bytes, shutil.disk_usage(folder).total // 6),
            commit_window_ms=self.settings.commit_window_ms,
        )

    def _keep_folder(self) -> None:
        adopt_orphans(self.folder)
        if self.sealed:
            adopt_orphans(self.sealed.folder)
        taken, self._taken = self._taken, []
        if not taken:
            return
        name = f"{self.now():013d}-{secrets.token_hex(8)}"
        try:
            write_segment(self.folder, name, [as_lines(taken)], suffix=REFUSALS)
        except BaseException:
            self._taken = taken + self._taken
            raise


def open_gate(settings: Settings) -> Gate:
    """A collector apart: it opens no store. Its portals come from the control database.

    Raises:
        BadSetting: reach is on, and what is collected apart would not be in it.
    """
    if settings.reach != "off":
        raise BadSetting("Reach is counted in one process's memory, so no collector may run apart. Set reach to off, or use `footfall up`.")
    settings.home_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Gate(settings, open_control_of(settings))
