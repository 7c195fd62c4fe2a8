"""One load: pieces → checks and reduction into a stage → guard over all that would be kept → ladder → cells to write.

Raw rows are in the engine's memory only, and only while a statement reads them; what stands between statements is grouped. Nothing is
written where the file is refused. Cells are written under a number that nobody reads before the control store says so.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Protocol

import msgspec

from footfall.sentences import NOTHING, Sentence
from footfall.sources.cells import Checks, Part, Read, Salt, keys_of, kinds_of, parameters_of, stage_columns, stage_insert
from footfall.sources.contract import Contract
from footfall.sources.ladder import Ladder, Parents, steps_of, summed_of
from footfall.sources.merging import Heap
from footfall.sources.outcome import Outcome, Refusal
from footfall.sources.pieces import Piece
from footfall.sources.survey import answer_columns, answers_insert, told_of_answers
from footfall.sources.told import Told, told_of_cells
from footfall.sources.tracks import TRACKS_TOGETHER, track_columns, track_insert, without_ends
from footfall.store.engine import Engine
from footfall.store.measures import delete_loads, write_measures
from footfall.store.workshop import TooMuch, Workshop

__all__ = ["Finding", "Guard", "Order", "Progress", "dry_run", "load", "load_days", "reduce", "write"]

Progress = Callable[[str, int], None]
"""Told at each step: its name, and rows so far."""
BATCH = 20_000
"""Rows of ``measures`` that are inserted together."""
MOST_VALUES = 100_000
"""Different values of a column that is kept; a city has fewer stops, services and streets."""
MOST_NAMED = 5
"""First rows that are told of a reason."""
PARTS = (1, 4, 16, 64)
"""In how many parts a file is read whose cells do not fit at once: each is one more reading of it."""
TALLY = """CREATE TEMPORARY TABLE tally (fault String, rows UInt64, first Array(UInt64), until DateTime('UTC')) ENGINE = Memory"""
TALLIED = """INSERT INTO tally SELECT fault, sum(rows), arraySlice(arraySort(groupArray(first)), 1, {most:UInt8}), max(bucket)
FROM stage GROUP BY fault"""
REFUSALS = """SELECT fault, sum(rows), arraySlice(arraySort(groupArrayArray(first)), 1, {most:UInt8}) FROM tally WHERE fault != ''
GROUP BY fault ORDER BY sum(rows) DESC, fault"""
UNTIL = "SELECT toString(max(until)) FROM tally WHERE fault = ''"
TEXTS = "CREATE TEMPORARY TABLE texts (name String, value String, rows UInt64, first UInt64) ENGINE = Memory"
TEXTED = """INSERT INTO texts SELECT '{name}', {name}, sum(rows), min(first) FROM stage WHERE fault = '' AND {name} != ''
GROUP BY {name} LIMIT {{most:UInt64}}"""
VALUES = """SELECT value, sum(rows), min(first) FROM texts WHERE name = {name:String} GROUP BY value LIMIT {most:UInt64}"""
LINES = """CREATE TEMPORARY TABLE lines (number UInt64, rung UInt8, bucket String, place String, categories Array(String), measure String,
unit String, value Float64, cohort UInt64) ENGINE = Memory"""
NUMBERED = """INSERT INTO lines SELECT rowNumberInAllBlocks(), * FROM (
    SELECT rung, toString(bucket), place, categories, cell.1, cell.2, cell.3, cell.4 FROM kept ARRAY JOIN told AS cell
    ORDER BY rung, bucket, place, categories, cell.1)"""
BETWEEN = """SELECT rung, bucket, place, categories, measure, unit, value, cohort FROM lines
WHERE number >= {first:UInt64} AND number < {after:UInt64} ORDER BY number"""
WHOLE = "INSERT INTO whole SELECT * FROM stage WHERE fault = ''"
DAYS = "SELECT DISTINCT toDate(bucket, {zone:String}) AS ff_day FROM whole ORDER BY ff_day"
OF_DAY = "INSERT INTO stage SELECT * FROM whole WHERE toDate(bucket, {zone:String}) = {day:Date}"
encoder = msgspec.json.Encoder()


class Finding(Protocol):
    """Why a column is refused."""

    @property
    def sentence(self) -> Sentence: ...


class Guard(Protocol):
    """What refuses columns that hold identifiers; ``sources.guard`` is one. Values come with their rows and the first of these."""

    def look(self, values: Iterable[tuple[str, int, int]], /, *, header: str) -> Finding | None: ...
    def is_nearly_key(self, distinct: int, rows: int, /) -> bool: ...


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done with an object."""

    contract: Contract
    pieces: Callable[[], Iterable[Piece]]
    checks: Checks
    guard: Guard
    salt: Salt
    """Random, for this load alone, kept nowhere."""
    parents: Parents = {}
    since: str = ""
    """Rows before it (UTC, ``YYYY-MM-DD HH:MM:SS``) are refused: they would replace what is not read again."""
    progress: Progress = lambda step, rows: None


def dry_run(workshop: Workshop, order: Order) -> Outcome:
    """What a load would do; nothing is written.

    Raises:
        BadInput: the object is not what the contract says.
        Unavailable: the engine is away.
    """
    return reduce(workshop, order)


def load(workshop: Workshop, engine: Engine, order: Order, *, number: int, loaded_at: str) -> Outcome:
    """Write what is kept of the object under that number. Raises as ``dry_run``."""
    outcome = reduce(workshop, order)
    if outcome.state == "refused":
        return outcome
    return msgspec.structs.replace(outcome, written=write(workshop, engine, order, number=number, loaded_at=loaded_at))


def load_days(
    workshop: Workshop, engine: Engine, order: Order, *, number: int, begin: Callable[[str], int], loaded_at: str
) -> dict[int, Outcome]:
    """As ``load``, each day (or longer bucket, where the first rung has one) under a number of its own, which ``begin`` answers.

    What is refused, be it all, is counted under ``number``.
    """
    (rows_in,) = _stages(workshop, order, 1)
    whole = _verdict(workshop, order, rows_in)
    if whole.state == "refused":
        return {number: whole}
    found = {number: msgspec.structs.replace(whole, rows_in=whole.refused)}
    workshop.command(f"CREATE TEMPORARY TABLE whole ({_columns(order.contract)}) ENGINE = Memory")
    workshop.command(WHOLE)
    workshop.command("TRUNCATE TABLE stage")
    zone = order.contract.timezone
    for (day,) in workshop.query(DAYS, {"zone": zone}):
        workshop.command(OF_DAY, {"zone": zone, "day": str(day)}, {})
        ((rows,),) = workshop.query("SELECT sum(rows) FROM stage")
        ladder = _ladder(workshop, order)
        ladder.take("stage")
        outcome = _climbed(workshop, order, ladder, msgspec.structs.replace(whole, rows_in=int(rows), refused=0, refusals=()))
        of_day = begin(str(day))
        written = write(workshop, engine, order, number=of_day, loaded_at=loaded_at)
        found[of_day] = msgspec.structs.replace(outcome, written=written)
    return found


def reduce(workshop: Workshop, order: Order) -> Outcome:
    """Fill the workshop's table ``kept``, and say what is in it."""
    for parts in PARTS[:-1]:
        with suppress(TooMuch):
            return _reduced(workshop, order, parts)
    return _reduced(workshop, order, PARTS[-1])


def _reduced(workshop: Workshop, order: Order, parts: int) -> Outcome:
    ladder, rows_in = _ladder(workshop, order), 0
    for rows in _stages(workshop, order, parts):
        rows_in += rows
        ladder.take("stage")
    read = _verdict(workshop, order, rows_in)
    return read if read.state == "refused" else _climbed(workshop, order, ladder, read)


def _verdict(workshop: Workshop, order: Order, rows_in: int) -> Outcome:
    """Of all that was read, checked and guarded."""
    refusals = _refusals(workshop)
    refused = sum(refusal.rows for refusal in refusals)
    if said := _too_many(order.contract, rows_in, refusals) or _guarded(workshop, order):
        return Outcome(state="refused", said=said, rows_in=rows_in, kept=0, folded=0, refused=rows_in, cells=0, refusals=refusals)
    ((until,),) = workshop.query(UNTIL)
    return Outcome(state="kept", rows_in=rows_in, kept=0, folded=0, refused=refused, cells=0, until=str(until), refusals=refusals)


def _ladder(workshop: Workshop, order: Order) -> Ladder:
    return Ladder(workshop, order.contract, _told(order.contract), order.parents, _columns(order.contract))


def _climbed(workshop: Workshop, order: Order, ladder: Ladder, read: Outcome) -> Outcome:
    contract = order.contract
    ladder.climb()
    order.progress("climbed", read.rows_in)
    steps = steps_of(workshop, contract)
    kept = sum(step.rows for step in steps)
    cells = sum(step.cells for step in steps)
    summed = summed_of(workshop, contract)
    return msgspec.structs.replace(read, kept=kept, folded=read.rows_in - kept - read.refused, cells=cells, steps=steps, summed=summed)


def write(workshop: Workshop, engine: Engine, order: Order, *, number: int, loaded_at: str) -> int:
    """Write the table ``kept`` in blocks of a token each. Answers the rows written. Raises Unavailable.

    TRICKY: a control database from a backup gives numbers again that were given before. What these left in the table goes, and their
    tokens are others, by ``loaded_at``: with the same token the store would take the block for one that it has, and keep nothing.
    """
    contract = order.contract
    delete_loads(engine, contract.id, [number])
    workshop.command("DROP TABLE IF EXISTS lines")
    workshop.command(LINES)
    workshop.command(NUMBERED, None, {"max_threads": 1})
    ((total,),) = workshop.query("SELECT count() FROM lines")
    constant = {"dataset": contract.id, "load": number, "contract_version": contract.version, "loaded_at": loaded_at}
    for first in range(0, total, BATCH):
        rows = workshop.query(BETWEEN, {"first": first, "after": first + BATCH})
        lines = [constant | _line(contract, *row) for row in rows]
        write_measures(engine, encoder.encode_lines(lines), f"{contract.id}-{number}-{loaded_at}-{first}")
        order.progress("written", min(first + BATCH, total))
    return int(total)


def _line(contract: Contract, rung: int, bucket: str, place: str, categories: list[str], *cell: object) -> dict[str, object]:
    measure, unit, value, cohort = cell
    kept = contract.ladder[rung]
    return {
        "bucket": bucket,
        "grain": kept.time,
        "place_kind": kept.place,
        "place": place,
        "categories": categories,
        "measure": measure,
        "unit": unit,
        "value": value,
        "cohort": cohort,
    }


def _stages(workshop: Workshop, order: Order, parts: int) -> Iterator[int]:
    """The table ``stage``, filled as often as there are parts, and the rows that were read for it. The last stays."""
    for table, how in (("tally", TALLY), ("texts", TEXTS)):
        workshop.command(f"DROP TEMPORARY TABLE IF EXISTS {table}")
        workshop.command(how)
    stage = Heap(workshop, order.contract, "stage", _columns(order.contract))
    if order.contract.reduce == "tracks":
        rows = sum(_tracks(workshop, order, stage, (part, parts)) for part in range(parts))
        _note(workshop, order)
        yield rows
        return
    for part in range(parts):
        stage.empty()
        rows = _filled(workshop, order, stage, (part, parts))
        _note(workshop, order)
        yield rows


def _filled(workshop: Workshop, order: Order, heap: Heap, part: Part) -> int:
    """Rows of all pieces that are of the part, in the table."""
    contract, rows = order.contract, 0
    insert = {"cells": stage_insert, "tracks": track_insert, "survey": answers_insert}[contract.reduce]
    for piece in order.pieces():
        parameters = parameters_of(contract, order.salt) | dict(order.checks.parameters(contract)) | piece.parameters
        read = Read(contract, order.checks, piece, since=order.since, part=part)
        workshop.command(insert(read), parameters, {**order.checks.SETTINGS, **piece.settings})
        heap.grown()
        ((rows,),) = workshop.query("SELECT sum(rows) FROM {table:Identifier}", {"table": heap.table})
        order.progress("read", int(rows))
    return int(rows)


def _tracks(workshop: Workshop, order: Order, stage: Heap, part: Part) -> int:
    """More rows in the stage: those of the part's tracks, without ends."""
    tracks = Heap(workshop, order.contract, "tracks", track_columns(order.contract), TRACKS_TOGETHER)
    rows = _filled(workshop, order, tracks, part)
    workshop.command(without_ends(order.contract), None, {})
    workshop.command("DROP TEMPORARY TABLE tracks")
    stage.grown()
    return rows


def _note(workshop: Workshop, order: Order) -> None:
    """What is asked of all parts together: faults, and texts for the guard."""
    workshop.command(TALLIED, {"most": MOST_NAMED}, {})
    for name, _ in _kept_texts(order.contract):
        workshop.command(TEXTED.format(name=name), {"most": MOST_VALUES + 1}, {})


def _columns(contract: Contract) -> str:
    return answer_columns(contract) if contract.reduce == "survey" else stage_columns(contract)


def _told(contract: Contract) -> tuple[Told, ...]:
    return (told_of_answers(contract),) if contract.reduce == "survey" else told_of_cells(contract)


def _refusals(workshop: Workshop) -> tuple[Refusal, ...]:
    found = workshop.query(REFUSALS, {"most": MOST_NAMED})
    return tuple(Refusal(reason=reason, rows=int(rows), first=tuple(map(int, first))) for reason, rows, first in found)


def _too_many(contract: Contract, rows_in: int, refusals: tuple[Refusal, ...]) -> str:
    refused = sum(refusal.rows for refusal in refusals)
    most = 0 if contract.module == "restrictions" else contract.most_refused
    if refused <= most * rows_in:
        return NOTHING
    return Sentence(
        "{refused:,} of {rows:,} rows cannot be taken, more than the contract allows; the first is row {first} ({reason}). "
        "Mend the file, or the contract.",
        refused=refused,
        rows=rows_in,
        first=refusals[0].first[0],
        reason=refusals[0].reason,
    )


def _guarded(workshop: Workshop, order: Order) -> str:
    for name, column in _kept_texts(order.contract):
        found = workshop.query(VALUES, {"name": name, "most": MOST_VALUES + 1})
        if said := _refused(order, column, [(str(value), int(rows), int(first)) for value, rows, first in found]):
            return said
    order.progress("guarded", 0)
    return NOTHING


def _refused(order: Order, column: str, values: list[tuple[str, int, int]]) -> str:
    """Values that tell nearly every row apart tell nearly everybody apart, unless a row is a place's number or a vocabulary is declared."""
    rows = sum(rows for _, rows, _ in values)
    is_open = any(one.use in ("category", "question") and not one.values for one in order.contract.columns if one.name == column)
    is_key = (order.contract.cohort == "rows" or is_open) and order.guard.is_nearly_key(len(values), rows)
    if is_key or len(values) > MOST_VALUES:
        return Sentence(
            "Column {column!r} tells nearly every row apart: {distinct:,} values in {rows:,} rows. Drop it in the contract, or reduce it.",
            column=column,
            distinct=len(values),
            rows=rows,
        )
    finding = order.guard.look(values, header=column)
    return finding.sentence if finding else NOTHING


def _kept_texts(contract: Contract) -> list[tuple[str, str]]:
    """Columns of the stage that hold text of the file, with the names that the file gives them."""
    named = {column.place: column.name for column in contract.used("place")}
    names = [name for name in keys_of(contract) if name not in ("bucket", "h3")]
    texts = list(
        zip(names, [*(named[kind] for kind in kinds_of(contract)), *(column.name for column in contract.used("category"))], strict=True)
    )
    return [*texts, *([("question", contract.used("question")[0].name)] if contract.used("question") else [])]
