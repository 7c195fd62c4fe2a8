"""How a load ends that does not stand: its line says why, and its rows go, unless somebody reads them."""

import errno
from collections.abc import Sequence
from threading import Lock
from weakref import WeakKeyDictionary

import structlog

from footfall.control.loads import Ended, end_load, wanted_loads
from footfall.control.transactions import Database
from footfall.errors import FootfallError, Unavailable
from footfall.sentences import Sentence
from footfall.store.engine import Engine
from footfall.store.measures import delete_loads

__all__ = ["delete_unread", "end_left", "fail_loads", "said_of"]

log = structlog.get_logger()
FULL = (errno.ENOSPC, errno.EDQUOT)
FAILED = Sentence("It failed by a fault of Footfall, which the log names.")
STOPPED = Sentence("It was stopped before its end; nothing of it was kept.")
NO_ROOM = Sentence("There is no room left for what a load puts down while it reads. Free some in the private folder, or split the file.")
REFUSED = "This machine could not read or write a file ({fault}); nothing of it was kept. It is tried again with the next load."
_left: WeakKeyDictionary[Database, set[int]] = WeakKeyDictionary()
"""Loads of this process that ended while the control store was away, which says that they still run."""
_leaving = Lock()


def said_of(error: BaseException) -> Sentence:
    """Why it failed, for its line; nothing that could quote a value of the file."""
    if isinstance(error, FootfallError):
        return error.sentence
    if isinstance(error, OSError):
        return NO_ROOM if error.errno in FULL else Sentence(REFUSED, fault=error.strerror or type(error).__name__)
    return FAILED if isinstance(error, Exception) else STOPPED


def fail_loads(control: Database, engine: Engine, dataset: str, numbers: Sequence[int], error: BaseException, *, now_ms: int) -> None:
    """End those that run, and delete what nobody reads. Where the control store is away that waits for the next load, or start."""
    said = said_of(error)
    if said is FAILED:
        log.error("a load failed", dataset=dataset, loads=list(numbers), error=type(error).__name__)
    try:
        _end(control, numbers, said, now_ms)
    except Unavailable:
        log.warning("loads are ended later: the control database does not answer", dataset=dataset, loads=list(numbers))
        with _leaving:
            _left.setdefault(control, set()).update(numbers)
        return
    delete_unread(control, engine, dataset, numbers)


def end_left(control: Database, *, now_ms: int) -> None:
    """End loads of this process that could not be ended when they did. Raises Unavailable."""
    with _leaving:
        left = _left.get(control, set())
        _end(control, sorted(left), STOPPED, now_ms)
        left.clear()


def delete_unread(control: Database, engine: Engine, dataset: str, numbers: Sequence[int]) -> None:
    """Delete rows of these loads. TRICKY: one of them may be read. What is told of a load after it was published, and a control store that
    commits and cannot say so any more, end in an error too: only the control store knows."""
    try:
        wanted = wanted_loads(control)
        if unread := [number for number in numbers if (dataset, number) not in wanted]:
            delete_loads(engine, dataset, unread)
    except FootfallError as error:
        log.warning("rows of loads stay until the next start", dataset=dataset, loads=list(numbers), fault=str(error))


def _end(control: Database, numbers: Sequence[int], said: Sentence, now_ms: int) -> None:
    for number in numbers:
        end_load(control, number, "failed", Ended(said=said), now_ms=now_ms)
