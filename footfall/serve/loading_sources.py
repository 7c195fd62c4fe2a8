"""Where the city's datasets and their loads meet: the control store's lines, the kernel that reduces, and the table that is read.

The command line, jobs and the API call ``Sources``. One load of a dataset runs at a time. Whatever happens to it, the load that was read
before goes on being read, whole, until the new one stands whole in the table and one transaction puts it in its place.
"""

import secrets
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec

from footfall.control.datasets import Dataset, find_dataset, list_datasets, put_dataset, withdraw_dataset
from footfall.control.loads import (
    Begun,
    Ended,
    Load,
    begin_load,
    clear_lines,
    current_loads,
    current_objects,
    end_dead_loads,
    end_load,
    forget_load,
    known_loads,
    list_loads,
    publish_loads,
    renew_load,
    wanted_loads,
    withdraw_loads,
)
from footfall.control.transactions import Database
from footfall.control.trends import forget_dataset_cards
from footfall.errors import BadInput, Conflict, Unavailable
from footfall.serve.ending_loads import delete_unread, end_left, fail_loads
from footfall.serve.rooms import clear_rooms, own_room
from footfall.serve.source_tools import Connector, Listed, Pieces, Tools
from footfall.sources import kernel
from footfall.sources.contract import Contract, Grain
from footfall.sources.kernel import Order, Progress
from footfall.sources.outcome import Outcome
from footfall.store.engine import Engine
from footfall.store.measures import Proof, delete_before, delete_dataset, delete_loads, held_loads
from footfall.store.workshop import Workshop, open_workshop
from footfall.vocabulary import Clock

__all__ = ["Loaded", "Sources", "Withdrawn", "current_rows"]

RENEW_MS = 60_000
NOTHING_LEFT = Outcome(state="kept", rows_in=0, kept=0, folded=0, refused=0, cells=0)
MOST_TRIES = 5
"""Of a question whose loads were replaced while it was answered."""


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a load of a dataset came to, by objects."""

    lines: tuple[Load, ...] = ()
    """Of the loads that ran: taken, refused or failed."""
    unchanged: tuple[str, ...] = ()
    """Objects that were loaded, or refused, in this version and under this contract before."""
    vanished: tuple[str, ...] = ()
    """Objects that are read and that the source has no more. They stay until the dataset is withdrawn or their time is over."""


class Withdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """What a withdrawal did."""

    loads: tuple[int, ...]
    """That were read, or ran."""
    rows: Proof
    """Of the table, counted before and after."""


def current_rows(
    control: Database, engine: Engine, id: str, sql: str, parameters: dict[str, Any], among: Collection[int] | None = None
) -> list[tuple[Any, ...]]:
    """Rows of a statement over ``measures`` that has the condition ``load IN {loads:Array(UInt32)}``: of all loads that are read, or of
    those ``among`` them.

    Asked again where the loads were replaced meanwhile: their rows may have left the table under it. Raises Unavailable.
    """
    for _ in range(MOST_TRIES):
        loads = current_loads(control, id).get(id, [])
        seen = [number for number in loads if among is None or number in among]
        found = engine.query(sql, {"dataset": id, "loads": seen} | parameters, name="measures")
        if loads == current_loads(control, id).get(id, []):
            return found
    raise Unavailable("Dataset {id!r} is being loaded; ask again.", id=id, retry_after_s=5)


class Sources:
    """The datasets of a home. Methods raise NotFound for one that is not there, and Unavailable where control or store are away."""

    _running: ClassVar[set[int]] = set()
    """Loads of this process."""
    _beginning: ClassVar[threading.Lock] = threading.Lock()
    """From the instant a load can be seen it is among those that run: what tidies up meanwhile must not take it for dead."""

    def __init__(self, control: Database, engine: Engine, tools: Tools, *, folder: Path, now: Clock) -> None:
        self.control, self.engine, self.tools, self.folder, self._now = control, engine, tools, folder, now

    def datasets(self) -> list[Dataset]:
        """All, by id."""
        return list_datasets(self.control)

    def put(self, contract: str) -> Dataset:
        """A new dataset, or another contract for one.

        Raises:
            BadInput: the contract is not valid.
            Conflict: it has changed and its version has not.
        """
        read = self.tools.read_contract(contract)
        return put_dataset(self.control, read.id, read.version, contract, now_ms=self._now())

    def contract(self, id: str) -> Contract:
        """The contract that stands."""
        return self.tools.read_contract(find_dataset(self.control, id).contract)

    def lines(self, id: str, *, most: int = 50, before: int = 0) -> list[Load]:
        """Of its loads, newest first; with ``before`` those of smaller numbers."""
        return list_loads(self.control, find_dataset(self.control, id).id, most=most, before=before)

    def rows(self, id: str, sql: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """As ``current_rows``."""
        return current_rows(self.control, self.engine, id, sql, parameters or {})

    def dry_run(self, id: str, path: Path, progress: Progress = lambda step, rows: None) -> Outcome:
        """What would come of that file; nothing is written, and it leaves no line.

        Raises:
            BadInput: it is not what the contract says.
        """
        contract = self.contract(id)
        with self._workshop() as workshop:
            return kernel.dry_run(workshop, self._order(contract, self._pieces(path, contract), progress))

    def load(self, id: str, progress: Progress = lambda step, rows: None) -> Loaded:
        """Load what its source has that is new or changed. One object that fails does not stop the others.

        Raises:
            BadInput: the contract has no source, or there is no such thing.
            Conflict: a load of it runs already, or it was withdrawn meanwhile.
        """
        dataset, contract = self._active(id)
        if not contract.source:
            raise BadInput("The contract of {id!r} names no source; give the file.", id=id)
        if contract.query:
            return self._load_days(dataset, contract, progress)
        return self._load_all(dataset, contract, contract.source, progress)

    def load_from(self, id: str, source: str, progress: Progress = lambda step, rows: None) -> Loaded:
        """Load files of that path or address, whatever the contract's own source is. Raises as ``load``."""
        dataset, contract = self._active(id)
        return self._load_all(dataset, contract, source, progress)

    def withdraw(self, id: str) -> Withdrawn:
        """Read nothing of it any more, and delete all of it, counted before and after, and what trends told of it. Its lines stay, without
        their counts."""
        withdraw_dataset(self.control, id, now_ms=self._now())
        loads = withdraw_loads(self.control, id, now_ms=self._now())
        forget_dataset_cards(self.control, id)
        return Withdrawn(loads=tuple(loads), rows=delete_dataset(self.engine, id))

    def forget_old(self) -> dict[str, Proof]:
        """Of every dataset, delete what began longer ago than its contract keeps: rows counted before and after. What the lines of loads
        counted goes with their last row, and when they are that old themselves."""
        held, found = held_loads(self.engine), {}
        until = {
            dataset.id: _instant(self._now()) - timedelta(days=self.tools.read_contract(dataset.contract).retention_days)
            for dataset in self.datasets()
        }
        for id, before in until.items():
            found[id] = delete_before(self.engine, id, _text(before))
        gone = held - held_loads(self.engine)
        for id, before in until.items():
            numbers = [number for dataset, number in gone if dataset == id]
            clear_lines(self.control, id, ended_before_ms=int(before.timestamp() * 1000), numbers=numbers)
            forget_dataset_cards(self.control, id, seen_before_ms=int(before.timestamp() * 1000))
        return found

    def mend(self) -> list[int]:
        """At a start: loads that died are marked failed, and rows of the table that nobody reads go. Answers the dead loads' numbers.

        An embedded store has no other process, so that what runs and is not this one's is dead; elsewhere it is given 15 minutes.
        """
        held = held_loads(self.engine)  # TRICKY: first, for it fails where another process has the store, whose loads are alive
        with self._beginning:
            alive = self._running if self.engine.topology.embedded else None
            dead = end_dead_loads(self.control, now_ms=self._now(), alive=alive)
        unread: dict[str, list[int]] = {}
        for dataset, number in held - wanted_loads(self.control):
            unread.setdefault(dataset, []).append(number)
        for dataset, numbers in unread.items():
            delete_loads(self.engine, dataset, numbers)
        clear_rooms(self.folder)
        return dead

    @property
    def _room(self) -> Path:
        return own_room(self.folder)

    def _begin(self, dataset: Dataset, begun: Begun) -> int:
        with self._beginning:
            end_left(self.control, now_ms=self._now())
            number = begin_load(self.control, dataset, begun, now_ms=self._now())
            self._running.add(number)
            return number

    def _active(self, id: str) -> tuple[Dataset, Contract]:
        dataset = find_dataset(self.control, id)
        if dataset.state != "active":
            raise Conflict("Dataset {id!r} was withdrawn; put its contract again to load it.", id=id)
        return dataset, self.tools.read_contract(dataset.contract)

    def _load_all(self, dataset: Dataset, contract: Contract, source: str, progress: Progress) -> Loaded:
        connector = self.tools.connector(source)
        known = {key: line.version for key, line in known_loads(self.control, dataset).items()}
        lines, unchanged, listed = [], [], set()
        for found in connector.objects(known):
            listed.add(found.key)
            line = None
            if not found.version or known.get(found.key) != found.version:
                line = self._load_object(dataset, contract, connector, found, known.get(found.key, ""), progress)
            if line:
                lines.append(line)
            else:
                unchanged.append(found.key)
        own = source == contract.source
        vanished = [key for key in current_objects(self.control, dataset.id) if key not in listed] if own else []
        return Loaded(lines=tuple(lines), unchanged=tuple(unchanged), vanished=tuple(vanished))

    def _load_object(
        self, dataset: Dataset, contract: Contract, connector: Connector, found: Listed, known: str, progress: Progress
    ) -> Load | None:
        """Its line; ``None`` where only its content could tell that it is unchanged."""
        number = self._begin(dataset, Begun(object=found.key, version=found.version))
        with self._run(dataset, [number], progress) as told:
            with connector.fetch(found, self._room) as held:
                if not found.version and held.sha256 == known:
                    forget_load(self.control, number)
                    return None
                outcome = self._reduced(contract, held.path, number, told)
            self._publish(dataset, {number: outcome}, told, version=found.version or held.sha256)
        return self._line(dataset, number)

    def _reduced(self, contract: Contract, path: Path, number: int, progress: Progress) -> Outcome:
        with self._workshop() as workshop:
            order = self._order(contract, self._pieces(path, contract), progress)
            return kernel.load(workshop, self.engine, order, number=number, loaded_at=_text(_instant(self._now())))

    def _load_days(self, dataset: Dataset, contract: Contract, progress: Progress) -> Loaded:
        since, at = self._since(dataset, contract), self._now()
        source = self.tools.masked(contract.source)
        begun = Begun(object=source, version=str(at), cursor_from=since)
        numbers = [self._begin(dataset, begun)]

        def begin(day: str) -> int:
            of_day = msgspec.structs.replace(begun, object=day, beside=tuple(numbers))
            numbers.append(self._begin(dataset, of_day))
            return numbers[-1]

        with self._run(dataset, numbers, progress) as told:
            with self._workshop() as workshop:
                order = self._order(contract, lambda: self.tools.read_query(contract, since or None, self._room), told)
                order = msgspec.structs.replace(order, since=since)
                loaded_at = _text(_instant(at))
                outcomes = kernel.load_days(workshop, self.engine, order, number=numbers[0], begin=begin, loaded_at=loaded_at)
            if outcomes[numbers[0]].state == "kept":
                outcomes |= {begin(day): NOTHING_LEFT for day in self._emptied(dataset, contract, since, numbers)}
            self._publish(dataset, outcomes, told)
        return Loaded(lines=tuple(self._line(dataset, number) for number in numbers))

    @contextmanager
    def _workshop(self) -> Iterator[Workshop]:
        with open_workshop(self.engine, self._room) as workshop:
            yield workshop

    def _pieces(self, path: Path, contract: Contract) -> Pieces:
        return lambda: self.tools.pieces(path, contract, self._room)

    def _order(self, contract: Contract, pieces: Pieces, progress: Progress) -> Order:
        return Order(
            contract=contract,
            pieces=pieces,
            checks=self.tools.checks,
            guard=self.tools.guard,
            salt=(secrets.randbits(64), secrets.randbits(64)),
            parents=self.tools.parents,
            progress=progress,
        )

    @contextmanager
    def _run(self, dataset: Dataset, numbers: list[int], progress: Progress) -> Iterator[Progress]:
        """Whatever ends the block, the loads end too; what they have written goes where it is not read."""
        try:
            yield self._renewing(numbers, progress)
        except Exception as error:
            self._fail(dataset, numbers, error)
        except BaseException as error:
            self._fail(dataset, numbers, error)
            raise
        finally:
            self._running.difference_update(numbers)

    def _renewing(self, numbers: list[int], progress: Progress) -> Progress:
        renewed = self._now()

        def told(step: str, rows: int) -> None:
            nonlocal renewed
            if self._now() - renewed >= RENEW_MS:
                renewed = self._now()
                with suppress(Unavailable):  # what it has read is not thrown away for a moment's silence
                    for number in numbers:
                        renew_load(self.control, number, now_ms=renewed)
            progress(step, rows)

        return told

    def _fail(self, dataset: Dataset, numbers: Sequence[int], error: BaseException) -> None:
        fail_loads(self.control, self.engine, dataset.id, numbers, error, now_ms=self._now())

    def _publish(self, dataset: Dataset, outcomes: dict[int, Outcome], progress: Progress, *, version: str = "") -> None:
        progress("publishing", 0)
        refused = {number: outcome for number, outcome in outcomes.items() if outcome.state == "refused"}
        for number, outcome in refused.items():
            end_load(self.control, number, "refused", _ended(outcome, version), now_ms=self._now())
        taken = {number: _ended(outcome, version) for number, outcome in outcomes.items() if number not in refused}
        if taken:
            # A date mistyped into the future would leave out all that comes until then.
            most = f"{datetime.fromtimestamp(self._now() / 1000, UTC) + timedelta(days=1):%Y-%m-%d %H:%M:%S}"
            until = max([dataset.cursor, *(min(outcome.until, most) for outcome in outcomes.values())])
            replaced = publish_loads(self.control, taken, now_ms=self._now(), cursor=until)
            progress("published", 0)
            delete_unread(self.control, self.engine, dataset.id, replaced)

    def _line(self, dataset: Dataset, number: int) -> Load:
        return list_loads(self.control, dataset.id, most=1, before=number + 1)[0]

    def _emptied(self, dataset: Dataset, contract: Contract, since: str, numbers: Sequence[int]) -> list[str]:
        """Days that were read again and have no rows any more."""
        first = str(datetime.fromisoformat(since).replace(tzinfo=UTC).astimezone(ZoneInfo(contract.timezone)).date()) if since else ""
        filled = {self._line(dataset, number).object for number in numbers}
        read = (day for day in current_objects(self.control, dataset.id) if day != self.tools.masked(contract.source))
        return [day for day in read if day >= first and day not in filled]

    def _since(self, dataset: Dataset, contract: Contract) -> str:
        """Where reading begins: buckets are replaced whole, so at the beginning of the day, or of the longer bucket of the first rung."""
        if not dataset.cursor:
            return ""
        zone = ZoneInfo(contract.timezone)
        overlapped = datetime.fromisoformat(dataset.cursor).replace(tzinfo=UTC) - timedelta(hours=contract.overlap_hours)
        return _text(_beginning(overlapped.astimezone(zone), contract.ladder[0].time).astimezone(UTC))


def _beginning(local: datetime, grain: Grain) -> datetime:
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    months = {"month": day.month, "quarter": day.month - (day.month - 1) % 3, "year": 1}
    if grain in months:
        return day.replace(month=months[grain], day=1)
    return day - timedelta(days=day.weekday()) if grain == "week" else day


def _ended(outcome: Outcome, version: str) -> Ended:
    details = {name: msgspec.to_builtins(getattr(outcome, name)) for name in ("steps", "summed", "refusals")}
    return Ended(
        rows_in=outcome.rows_in,
        kept=outcome.kept,
        folded=outcome.folded,
        refused=outcome.refused,
        cells=outcome.cells,
        details=details,
        said=outcome.said,
        version=version,
    )


def _instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S")
