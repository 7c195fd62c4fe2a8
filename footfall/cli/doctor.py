"""``footfall doctor``: is everything well, and if not, what to do. Loads findings; changes nothing."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from typing import Literal

import httpx
import msgspec

from footfall.cli.backend import Server, find_server, open_backend
from footfall.cli.terminal import FAILED, Home, Json, console, print_json, settings_of
from footfall.errors import FootfallError
from footfall.serve.home import salt_folder, spill_folder
from footfall.serve.mail.post import open_post
from footfall.serve.shapes import State
from footfall.settings import Settings
from footfall.store.engine import open_engine
from footfall.store.migrate import waiting_migrations

__all__ = ["Finding", "doctor", "examine"]

LEAST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 1_000_000_000
LATE_MS = 60_000
"""A running server loads a segment in about a second; what waits longer is stuck."""
CLOCK_SLACK_S = 120
FULL = 0.8
Level = Literal["ok", "note", "bad"]


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at."""

    check: str
    level: Level
    """``note`` is worth knowing and no fault."""
    says: str
    """A sentence; where it is bad, with what to do."""


def doctor(*, home: Home = None, json: Json = False) -> int:
    """Check Python, home, disk, salts, clock, mail, schema, store, journal, portals and refusals. Exit code 1 if something is wrong."""
    settings = settings_of(home)
    findings = list(examine(settings))
    if json:
        print_json([msgspec.to_builtins(finding) | {"ok": finding.level != "bad"} for finding in findings])
    else:
        _print_findings(findings)
    return FAILED if any(finding.level == "bad" for finding in findings) else 0


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding in the order of the list; a check that fails does not stop the others."""
    settings = msgspec.structs.replace(settings, url="", key="")
    for look in (_python, _home, _disk, _salts, _clock, _policy, _mail):
        yield _guarded(look.__name__.strip("_"), look, settings)
    server = find_server(settings.home_path)
    yield _guarded("server", lambda given: _server(given, server), settings)
    if server is None:
        schema = _guarded("schema", _schema, settings)
        yield schema
        if schema.level == "bad":
            return
    try:
        with open_backend(settings) as backend:
            state = backend.state()
    except (FootfallError, OSError) as error:
        yield Finding("store", "bad", str(error))
        return
    yield Finding("store", "ok", f"{_kind(settings)} answers")
    yield _journal(state, settings, served=server is not None)
    yield _portals(state)
    yield _refusals(state)


def _guarded(check: str, look: Callable[[Settings], tuple[Level, str]], settings: Settings) -> Finding:
    try:
        return Finding(check, *look(settings))
    except (FootfallError, OSError, httpx.HTTPError) as error:
        return Finding(check, "bad", str(error))


def _python(settings: Settings) -> tuple[Level, str]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < LEAST_PYTHON:
        return "bad", f"Python {version} is too old; 3.11 or newer is needed"
    return "ok", f"Python {version}"


def _home(settings: Settings) -> tuple[Level, str]:
    folder = settings.home_path
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.access(folder, os.W_OK | os.X_OK):
        return "bad", f"{folder} cannot be written by this user; change its owner, or FOOTFALL_HOME"
    if folder.stat().st_mode & 0o077:
        return "note", f"{folder} can be read by other users; `chmod 700` it"
    return "ok", f"{folder} can be written"


def _disk(settings: Settings) -> tuple[Level, str]:
    free = shutil.disk_usage(settings.home_path).free
    says = f"{free / 1e9:,.1f} GB free at {settings.home_path}"
    if free < LEAST_FREE_BYTES:
        return "bad", f"{says}; make room: at a full disk events are refused with 503"
    return "ok", says


def _salts(settings: Settings) -> tuple[Level, str]:
    folder = salt_folder(settings)
    if folder is None:
        return "note", "no tmpfs for the day's salts; a restart counts today's visitors again"
    return "ok", f"the day's salts are on tmpfs in {folder}"


def _clock(settings: Settings) -> tuple[Level, str]:
    """A clock that stands before what was written last has been turned back."""
    if settings.now:
        return "note", f"setting now={settings.now}: a clock for tests"
    files = [path for path in settings.home_path.glob("*") if path.is_file()]
    newest_s = max((path.stat().st_mtime for path in files), default=0.0)
    behind_s = newest_s - time.time()
    if behind_s > CLOCK_SLACK_S:
        return "bad", f"the clock is {behind_s:,.0f} s behind what was written here last; set it right (NTP)"
    return "ok", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())


def _policy(settings: Settings) -> tuple[Level, str]:
    if settings.policy == "exact":
        return "note", "exact: answers withhold nothing; for tests and a single developer"
    return "ok", f"{settings.policy}: answers withhold what few did"


def _mail(settings: Settings) -> tuple[Level, str]:
    if not settings.smtp_host:
        return "note", "no mail server is set; reports by e-mail need smtp_host, smtp_from and public_url"
    with open_post(settings):
        return "ok", f"{settings.smtp_host}:{settings.smtp_port} answers" + (" and lets us in" if settings.smtp_user else "")


def _server(settings: Settings, server: Server | None) -> tuple[Level, str]:
    if server is None:
        return "note", "no server runs on this home; `footfall up` starts one"
    answer = httpx.get(f"{server.url}/health", timeout=10)
    if answer.status_code != 200:
        return "bad", f"{server.url} is not ready: {answer.text[:200]}"
    return "ok", f"{server.url} is ready (process {server.pid})"


def _schema(settings: Settings) -> tuple[Level, str]:
    engine = open_engine(settings.store, settings.home_path, spill=spill_folder(settings))
    try:
        waiting = waiting_migrations(engine)
    finally:
        engine.close()
    if waiting:
        return "bad", f"waiting migrations: {', '.join(waiting)}; `footfall migrate` applies them, and so does `footfall up`"
    return "ok", "every migration is applied"


def _kind(settings: Settings) -> str:
    return "the embedded store" if settings.store == "chdb" else "ClickHouse"


def _journal(state: State, settings: Settings, *, served: bool) -> Finding:
    says = f"{state.waiting_segments:,} segments wait ({state.waiting_bytes / 1e6:,.1f} MB)"
    if state.waiting_bytes > FULL * settings.journal_max_bytes:
        return Finding("journal", "bad", f"{says}, near its bound; then events are refused with 503. Is the store away?")
    late_ms = state.now_ms - state.complete_until_ms
    if served and late_ms > LATE_MS:
        return Finding("journal", "bad", f"{says}, the oldest since {_ago(late_ms)}; the server's log says why")
    return Finding("journal", "ok", says if state.waiting_segments else "nothing waits")


def _portals(state: State) -> Finding:
    if not state.counts:
        return Finding("portals", "note", "none yet; `footfall portals add DOMAIN` makes one")
    few = f"fewer than {state.smallest_cohort} visitors or none" if state.smallest_cohort else "nobody"
    seen = (f"{domain}: {'counts' if counts else few}" for domain, counts in state.counts.items())
    return Finding("portals", "ok" if all(state.counts.values()) else "note", "in 30 days " + "; ".join(seen))


def _refusals(state: State) -> Finding:
    if not state.refusals:
        few = "too few of any kind to be told, or none" if state.smallest_cohort else "none"
        return Finding("refusals", "ok", f"{few} in 24 hours")
    least = "at least " if state.smallest_cohort else ""
    reasons = least + ", ".join(f"{count:,} {reason}" for reason, count in state.refusals.items())
    if "unavailable" in state.refusals:
        return Finding("refusals", "bad", f"in 24 hours: {reasons}; 'unavailable' means the disk or the journal's bound refused events")
    return Finding("refusals", "ok", f"in 24 hours: {reasons}")


def _ago(span_ms: int) -> str:
    minutes = span_ms // 60_000
    for size, name in ((1440, "days"), (60, "hours")):
        if minutes >= 2 * size:
            return f"{minutes // size} {name}"
    return f"{minutes} minutes" if minutes > 5 else "a few minutes"


def _print_findings(findings: list[Finding]) -> None:
    marks = {"ok": "[green]ok  [/]", "note": "[yellow]note[/]", "bad": "[red]BAD [/]"}
    for finding in findings:
        console.print(marks[finding.level], end=" ")
        console.print(f"{finding.check}: {finding.says}", markup=False, soft_wrap=True)
