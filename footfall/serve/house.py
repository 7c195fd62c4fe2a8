"""Everything one process holds open: control, store, journal, loader, collector. Opened once, closed in order."""

import os
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

import anyio
import anyio.to_thread
import structlog

from footfall.collect.days import day_of
from footfall.collect.erased import Erased
from footfall.collect.flood import make_limit
from footfall.collect.import_salts import ImportSalts
from footfall.errors import FootfallError
from footfall.interests.profile import has_profiles, open_profiles
from footfall.serve.asked import Noted
from footfall.serve.clock import make_clock, steady_ms
from footfall.serve.content_rounds import LOOK_S as CATALOGUE_S
from footfall.serve.content_rounds import Content
from footfall.serve.erasing import Erasing
from footfall.serve.exactness import refuse_exact_start
from footfall.serve.gate import Gate
from footfall.serve.home import open_control_of, salt_folder, spill_folder
from footfall.serve.jobs import LOOK_S, Job, Jobs
from footfall.serve.kept import Kept
from footfall.serve.ledgers import open_ledger
from footfall.serve.limits import HourlyLimit
from footfall.serve.planned import refuse_unknown_country
from footfall.serve.reaching import Reaching
from footfall.serve.recommending import Learner, NoCatalogue
from footfall.serve.retention import forget_due, forget_set_aside
from footfall.serve.rolling import Rolling
from footfall.serve.sealed import Room, make_folder
from footfall.serve.secret import Signer, read_secret
from footfall.settings import Settings
from footfall.store.engine import Engine, open_engine
from footfall.store.loading import Loader
from footfall.store.migrate import migrate
from footfall.store.sealed import Both
from footfall.vocabulary import Portal

__all__ = ["Desk", "House", "MakeJobs", "MakeLearner", "no_catalogue", "open_desk", "rest_s"]

T = TypeVar("T")
log = structlog.get_logger()

SHORTEST_REST_S, LONGEST_REST_S, REST_SHARE = 0.1, 1.0, 9
PIECE_REST_S = 0.003
"""Of the loader after each 3 ms of work or so: half of the interpreter's time is the requests' even then."""
RETENTION_S = ROLLING_S = 60.0
SEALED_S = REACH_S = 5.0
LEARNING_NICE = 10
QUESTIONS_AT_ONCE = 2
"""Of the store's four clients one is the loader's and one is for health."""
IMPORTS_AT_ONCE = LISTS_AT_ONCE = 4
OPEN_PER_MINUTE = 120
"""Open data that are asked for in a minute, by all together: a limit by address would keep addresses."""
SIGN_INS_AT_ONCE, SIGN_INS_PER_MINUTE = 2, 120
"""Each takes a tenth of a second and 64 MiB to look at a password."""
PROVIDERS_AT_ONCE = 4
ERASINGS_PER_MINUTE, ALL_ERASINGS_PER_MINUTE = 6, 120
"""Of residents: from one address, and together."""
PROFILES_PER_MINUTE, ALL_PROFILES_PER_MINUTE = 6, 600
"""New ones, from one address, and together."""
EMBEDDED_MS = 60_000


class Desk:
    """What answers need: control, store and loader. The command line opens it too, when no server runs."""

    def __init__(self, settings: Settings) -> None:
        settings.home_path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.settings, self.now = settings, make_clock(settings.now)
        self.began_ms = self.now()
        self.control = open_control_of(settings)
        self.asked = Noted(self.control, self.now)
        room = make_folder(settings)
        self.engine: Engine = open_engine(
            settings.store,
            settings.home_path,
            query_seconds=settings.query_seconds,
            query_memory_bytes=settings.query_memory_bytes,
            first=None if settings.store == "chdb" else lambda: migrate_store(settings),
            spill=spill_folder(settings),
            volatile=room,
        )
        self.journal_folder = settings.home_path / "journal"
        self.erased = Erased(salt_folder(settings), now=self.now)
        self.loader = Loader(self.engine, self.journal_folder, now=self.now, random=secrets.token_bytes, keep=self.erased.left)
        self.import_salts = ImportSalts(steady_ms=steady_ms, random=secrets.token_bytes, folder=salt_folder(settings))
        self.sealed = (
            Room(room, self.engine, self.control, now=self.now, random=secrets.token_bytes, keep=self.erased.left) if room else None
        )
        if self.engine.topology.embedded:
            migrate(self.engine)

    def load(self) -> None:
        """Load what waits: of sealed portals the finished hours.

        Raises:
            Unavailable: as ``Loader.load_waiting``.
        """
        self.loader.load_waiting()
        if self.sealed:
            self.sealed.loader.load_waiting()

    def is_sealed(self, portal: Portal) -> bool:
        """Whether today's events of the portal are in the sealed room, and all that can be asked of it."""
        return self.sealed is not None and portal.may_be_sealed and portal.is_sealed(day_of(portal.timezone, self.now()))

    def store_of(self, portal: Portal) -> tuple[Engine, Loader]:
        """What the portal's questions are asked of, and who loads it."""
        return (self.sealed.engine, self.sealed.loader) if self.sealed and self.is_sealed(portal) else (self.engine, self.loader)

    @property
    def places(self) -> list[tuple[Loader, Engine]]:
        """Everywhere visitors' rows are, with who loads them: first the store."""
        return [(self.loader, self.engine), *([(self.sealed.loader, self.sealed.engine)] if self.sealed else [])]

    @property
    def all(self) -> Engine | Both:
        """For statements whose rows are by portal: the store, and the sealed room where a portal has need of it."""
        if self.sealed is None or self.sealed.is_empty():
            return self.engine
        return Both(self.engine, self.sealed.engine, [portal.id for portal in self.control.portals() if self.is_sealed(portal)])

    def close(self) -> None:
        for loader, engine in reversed(self.places):
            loader.close()
            engine.close()
        try:
            self.asked.write()
        except FootfallError as error:
            log.warning("what was asked last is not kept", reason=str(error))
        self.control.close()


MakeJobs = Callable[[Desk, Signer, Callable[[], bool]], Iterable[Job]]
"""The jobs there are now; told how to learn whether the server stops."""


def no_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> Iterable[Job]:
    return ()


MakeLearner = Callable[[Desk], Learner]
"""What recommendations are learned from."""


def no_catalogue(desk: Desk) -> Learner:
    return NoCatalogue()


class House:
    """A whole server: desk, gate, the threads that work beside, and the lanes that keep requests out of each other's way."""

    def __init__(
        self, settings: Settings, jobs: MakeJobs = no_jobs, loads: MakeJobs = no_jobs, learner: MakeLearner = no_catalogue
    ) -> None:
        self.desk = Desk(settings)
        try:
            refuse_exact_start(settings, self.desk.control)
            refuse_unknown_country(settings)
            secret = read_secret(settings)
            self.signer = Signer(secret)
            self.content = Content(self.desk.control, self.desk.engine, learner(self.desk), secret=secret, now=self.desk.now)
            self.gate = Gate(settings, self.desk.control)
        except BaseException:
            self.desk.close()
            raise
        self.allow_sign_in = make_limit(SIGN_INS_PER_MINUTE)
        self.allow_erasing, self.allow_all_erasing = make_limit(ERASINGS_PER_MINUTE), make_limit(ALL_ERASINGS_PER_MINUTE)
        self.allow_open = make_limit(OPEN_PER_MINUTE)
        self.hourly = HourlyLimit(settings.api_requests_per_hour, steady_ms)
        self.embedded: Kept[str] = Kept(EMBEDDED_MS, steady_ms)
        """Pages of embedded panels: another site's visitors load them as often as its own."""
        is_kept = settings.profiles or has_profiles(settings.home_path)
        self.kept_profiles = open_profiles(settings.home_path, self.desk.now) if is_kept else None
        """Of devices that agreed, to be shown, erased and ended; also where the steward has turned them off since."""
        self.profiles = self.kept_profiles if settings.profiles else None
        """To be made and added to; none where the steward has not turned them on."""
        self.allow_profiles, self.allow_all_profiles = make_limit(PROFILES_PER_MINUTE), make_limit(ALL_PROFILES_PER_MINUTE)
        self._erasing = Erasing(self.desk.erased, *self.desk.places, now=self.desk.now, steady_ms=steady_ms)
        self._reaching = self._open_reaching(settings)
        self.ready = threading.Event()
        self.stopping = threading.Event()
        """Set when the server was told to stop: what runs long ends at its next step."""
        self._questions = anyio.CapacityLimiter(QUESTIONS_AT_ONCE)
        self._imports = anyio.CapacityLimiter(IMPORTS_AT_ONCE)
        self._lists = anyio.CapacityLimiter(LISTS_AT_ONCE)
        self._health = anyio.CapacityLimiter(2)
        self._sign_ins = anyio.CapacityLimiter(SIGN_INS_AT_ONCE)
        self._providers = anyio.CapacityLimiter(PROVIDERS_AT_ONCE)
        self.import_locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        """By portal: the order of an import's chunks is the order of its visits."""
        self._stop = threading.Event()
        self.jobs = Jobs(
            self.desk.control, lambda: jobs(self.desk, self.signer, self._is_stopping), now=self.desk.now, stopped=self._is_stopping
        )
        self.loads = Jobs(
            self.desk.control, lambda: loads(self.desk, self.signer, self._is_stopping), now=self.desk.now, stopped=self._is_stopping
        )
        """Of datasets and content, in a thread of their own: a large file keeps no other job waiting."""
        works = (
            self._load,
            self._load_sealed,
            self._forget,
            self._roll_up,
            self._do_jobs,
            self._do_loads,
            self._close_reach,
            self._serve_content,
        )
        self._threads = [threading.Thread(target=work, name=work.__name__, daemon=True) for work in works]
        for thread in self._threads:
            thread.start()

    async def in_question_lane(self, work: Callable[[], T]) -> T:
        """The outcome of work that asks the store, in a thread, a few at a time."""
        return await anyio.to_thread.run_sync(work, limiter=self._questions)

    async def in_import_lane(self, work: Callable[[], T]) -> T:
        """As ``in_question_lane``, for imports: however slow they are, answers do not wait for them."""
        return await anyio.to_thread.run_sync(work, limiter=self._imports)

    async def in_list_lane(self, work: Callable[[], T]) -> T:
        """As ``in_question_lane``, for the content service, which asks no store but of control what a key is."""
        return await anyio.to_thread.run_sync(work, limiter=self._lists)

    async def in_health_lane(self, work: Callable[[], T]) -> T:
        """As ``in_question_lane``, for health; given up when the caller is cancelled."""
        return await anyio.to_thread.run_sync(work, limiter=self._health, abandon_on_cancel=True)

    async def in_sign_in_lane(self, work: Callable[[], T]) -> T:
        """As ``in_question_lane``, for what hashes passwords."""
        return await anyio.to_thread.run_sync(work, limiter=self._sign_ins)

    async def in_provider_lane(self, work: Callable[[], T]) -> T:
        """As ``in_question_lane``, for single sign-on: a provider that hangs holds no password up."""
        return await anyio.to_thread.run_sync(work, limiter=self._providers)

    def close(self) -> None:
        """Seal the journal, load what is in it, close the store."""
        self.gate.close()
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)
        self.content.write()
        try:
            erased = self._erasing.due(at_once=True)
            self.desk.load()
            self._erasing.finish(erased)
        except FootfallError as error:
            log.warning("the journal waits for the next start", reason=str(error))
        if self.kept_profiles:
            self.kept_profiles.close()
        self.desk.close()

    def _is_stopping(self) -> bool:
        return self._stop.is_set() or self.stopping.is_set()

    def _load(self) -> None:
        while not self._stop.is_set():
            pause, began = SHORTEST_REST_S, steady_ms()
            try:
                if not self.ready.is_set():
                    self.desk.engine.query("SELECT 1")
                erased = self._erasing.due()
                # What waits for its marks stands on disk with everybody's events in it.
                may_wait = self.desk.engine.topology.embedded and not erased
                self.desk.loader.load_waiting(marks_may_wait=may_wait, rest_s=PIECE_REST_S)
                self.ready.set()
                self._erasing.finish(erased)
                pause = rest_s(steady_ms() - began)
            except FootfallError as error:
                log.warning("the journal waits", reason=str(error))
                pause = float(error.retry_after_s or 1)
            except Exception:
                log.exception("the loader met an unexpected error; it tries again")
                pause = 5.0
            self._stop.wait(pause)

    def _load_sealed(self) -> None:
        room = self.desk.sealed
        while room and not self._stop.is_set():
            try:
                if self.ready.is_set():
                    room.loader.load_waiting()
            except FootfallError as error:
                log.warning("sealed portals' events wait", reason=str(error))
            except Exception:
                log.exception("the loader of sealed portals met an unexpected error; it tries again")
            self._stop.wait(SEALED_S if self.ready.is_set() else SHORTEST_REST_S)

    def _forget(self) -> None:
        while not self._stop.is_set():
            try:
                self.desk.import_salts.forget()
                self.desk.erased.forget()
                if self.kept_profiles:
                    self.kept_profiles.forget_ended()
                    self.kept_profiles.forget_others(portal.id for portal in self.desk.control.portals())
                if self.ready.is_set():
                    if self.desk.sealed:
                        self.desk.sealed.end_days()
                    forget_set_aside(self.desk.control, self.desk.loader, self.desk.now)
                    forget_due(self.desk.control, self.desk.engine, self.desk.now, profile=self.desk.settings.profile)
            except FootfallError as error:
                log.warning("retention waits", reason=str(error))
            except Exception:
                log.exception("retention met an unexpected error; it tries again")
            self._stop.wait(RETENTION_S if self.ready.is_set() else SHORTEST_REST_S)

    def _roll_up(self) -> None:
        rolling = Rolling(self.desk.control, self.desk.engine, now=self.desk.now, random=secrets.token_bytes, stopped=self._stop.is_set)
        while not self._stop.is_set():
            try:
                if self.ready.is_set():
                    rolling.round()
            except FootfallError as error:
                log.warning("rolling up waits", reason=str(error))
            except Exception:
                log.exception("rolling up met an unexpected error; it tries again")
            self._stop.wait(ROLLING_S if self.ready.is_set() else SHORTEST_REST_S)

    def _open_reaching(self, settings: Settings) -> Reaching | None:
        if self.gate.reach is None:
            return None
        desk, ledger = self.desk, open_ledger(settings, self.desk.control)
        names = {"name": self.gate.room, "timezone": settings.reach}
        return Reaching(desk.control, desk.engine, ledger, self.gate.reach, **names, now=desk.now)

    def _close_reach(self) -> None:
        while self._reaching and not self._stop.is_set():
            try:
                if self.ready.is_set():
                    self._reaching.round()
            except FootfallError as error:
                log.warning("reach waits", reason=str(error))
            except Exception:
                log.exception("reach met an unexpected error; it tries again")
            self._stop.wait(REACH_S if self.ready.is_set() else SHORTEST_REST_S)

    def _serve_content(self) -> None:
        # Of this thread alone, on Linux: requests come before what is learned.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LEARNING_NICE)
        while not self._stop.is_set():
            self.content.round()
            self._stop.wait(CATALOGUE_S)

    def _do_jobs(self) -> None:
        self._do_rounds(self.jobs)

    def _do_loads(self) -> None:
        self._do_rounds(self.loads)

    def _do_rounds(self, jobs: Jobs) -> None:
        while not self._is_stopping():
            try:
                self.desk.asked.write()
                if self.ready.is_set():
                    jobs.round()
            except FootfallError as error:
                log.warning("jobs wait", reason=str(error))
            except Exception:
                log.exception("jobs met an unexpected error; they go on")
            self._stop.wait(LOOK_S if self.ready.is_set() else SHORTEST_REST_S)


def rest_s(worked_ms: int) -> float:
    """The loader's rest after a round: nine times its work, a second at most. What comes in meanwhile shares one insert."""
    return min(LONGEST_REST_S, max(SHORTEST_REST_S, REST_SHARE * worked_ms / 1000))


def migrate_store(settings: Settings) -> None:
    """Bring a server's tables up to date. It may be away when this process starts: then that waits, as events do.

    Raises:
        Unavailable: it is away still.
    """
    engine = open_engine(settings.store, settings.home_path)
    try:
        migrate(engine)
    finally:
        engine.close()


def open_desk(settings: Settings) -> Desk:
    return Desk(settings)
