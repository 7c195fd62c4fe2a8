"""The catalogue: every dataset with its contract, how fresh it is, what its loads came to, and who may see it."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from footfall.control.contracts import contract_texts, read_under
from footfall.control.datasets import Dataset, find_dataset
from footfall.control.load_sums import LoadSums, sum_loads
from footfall.control.loads import Load
from footfall.control.roles import Operator
from footfall.errors import NotFound
from footfall.privacy.measures import FLOOR, ROUND_TO, rounded_count
from footfall.sentences import NONE_YET, Sentence
from footfall.serve.city_data import Topic, is_readable, topics_of
from footfall.serve.dataset_shapes import DatasetLine, DatasetShown, LoadedUnder, LoadLines, LoadOutcome, LoadShown, RungKept, Stage
from footfall.serve.loading_sources import Loaded, Sources
from footfall.serve.source_schedule import next_due
from footfall.sources.contract import GRAINS, Contract
from footfall.sources.odcs import write_contract
from footfall.sources.outcome import Outcome, Refusal, Summed
from footfall.store.measure_spans import SPAN, span_of

__all__ = ["dataset_lines", "dataset_shown", "load_lines", "loads_shown", "outcome_shown", "visible_dataset"]

HOUR_MS = 3_600_000
MOST_LOADS = 10
DAY = re.compile(r"\d{4}-\d\d-\d\d")
PARTS = ("kept", "folded", "refused")
"""Of the rows that a load read."""
NOT_TAKEN = Sentence("It was not taken. Who may load it sees why.")
STATES = {"running": "loading", "refused": "refused", "failed": "failed"}


def dataset_lines(sources: Sources, now_ms: int, operator: Operator | None = None, *, exact: bool = False) -> list[DatasetLine]:
    """Those that the operator may see, by id. ``exact``: for who may load; rows are in tens for others. Raises Unavailable."""
    sums, readable = _sums(sources, exact=exact), is_readable(operator)
    found = ((dataset, sources.tools.read_contract(dataset.contract)) for dataset in sources.datasets())
    return [
        DatasetLine(**_line(dataset, contract, sums.get(dataset.id, LoadSums()), now_ms), rounded=not exact)
        for dataset, contract in found
        if readable(contract)
    ]


def visible_dataset(sources: Sources, id: str, operator: Operator | None = None) -> tuple[Dataset, Contract]:
    """The dataset and its contract.

    Raises:
        NotFound: there is none that they may see: one that is there for others looks like none.
    """
    try:
        dataset = find_dataset(sources.control, id)
        contract = sources.tools.read_contract(dataset.contract)
        if is_readable(operator)(contract):
            return dataset, contract
    except NotFound:
        if operator is None:
            raise
    known = ", ".join(line.id for line in dataset_lines(sources, 0, operator)[:20])
    raise NotFound("There is no dataset {id!r}. Known: {known}.", id=id, known=known or NONE_YET)


def dataset_shown(sources: Sources, id: str, now_ms: int, operator: Operator | None = None, *, exact: bool = False) -> DatasetShown:
    """One with all that is told of it; ``exact`` as for ``dataset_lines``.

    Raises:
        NotFound: as ``visible_dataset``.
        Unavailable: control or store are away.
    """
    dataset, contract = visible_dataset(sources, id, operator)
    sums = _sums(sources, exact=exact).get(id, LoadSums())
    span = span_of(sources.rows(id, SPAN))
    masked = sources.tools.masked(contract.source)
    source = masked if exact else _file_name(masked)
    return DatasetShown(
        **_line(dataset, contract, sums, now_ms),
        **_promised(contract),
        rounded=not exact,
        stored_under=tuple(_under(sources, ran.version, ran.contract) for ran in read_under(sources.control, id)),
        source=source,
        first=span.first,
        last=span.last,
        stored_rows=span.rows,
        lineage=_lineage(contract, source, topics_of(sources, contract)),
        loads=loads_shown(sources, sources.lines(id, most=MOST_LOADS), exact=exact),
        contract=dataset.contract if source == contract.source else write_contract(msgspec.structs.replace(contract, source=source)),
        created_ms=dataset.created_ms,
        changed_ms=dataset.changed_ms,
    )


def loads_shown(sources: Sources, loads: Sequence[Load], *, exact: bool = False) -> tuple[LoadShown, ...]:
    """Lines of the control store as they are shown; ``exact`` as for ``dataset_lines``. Others see no day of a database of which no cell
    was kept: with a line for it, few would not look like none."""
    seen = [load for load in loads if exact or load.cells or not DAY.fullmatch(load.object)]
    texts = {id: contract_texts(sources.control, id) for id in {load.dataset for load in seen}}
    shown = (_load_shown(load, _under(sources, load.contract_version, texts[load.dataset].get(load.contract_sha256, ""))) for load in seen)
    return tuple(shown if exact else map(_rounded, shown))


def load_lines(sources: Sources, loaded: Loaded) -> LoadLines:
    """What a load came to, for who loaded it."""
    return LoadLines(loads_shown(sources, loaded.lines, exact=True), loaded.unchanged, loaded.vanished)


def outcome_shown(outcome: Outcome) -> LoadOutcome:
    """What a dry run came to."""
    told = {name: getattr(outcome, name) for name in LoadOutcome.__struct_fields__ if name != "steps"}
    return LoadOutcome(**told, steps=msgspec.convert(msgspec.to_builtins(outcome.steps), tuple[RungKept, ...]))


def _load_shown(load: Load, under: LoadedUnder) -> LoadShown:
    made = ("under", "rounded", "cleared", "steps", "summed", "refusals")
    return LoadShown(
        **{name: getattr(load, name) for name in LoadShown.__struct_fields__ if name not in made},
        under=under,
        rounded=False,
        cleared=bool(load.details.get("cleared")),
        steps=msgspec.convert(load.details.get("steps", []), tuple[RungKept, ...]),
        summed=msgspec.convert(load.details.get("summed", []), tuple[Summed, ...]),
        refusals=msgspec.convert(load.details.get("refusals", []), tuple[Refusal, ...]),
    )


def _rounded(load: LoadShown) -> LoadShown:
    """With nothing in it that few rows could be told by: rows read are the sum of what is told, and reasons, which would have to add up to
    the rows refused, are not told at all, nor what sums leave out; of an object its file's name is. What a rung kept is a cohort
    or nothing."""
    parts = {name: rounded_count(getattr(load, name)) for name in PARTS}
    steps = tuple(msgspec.structs.replace(step, rows=rounded_count(step.rows)) for step in load.steps)
    said = NOT_TAKEN if load.said else load.said
    told = {"rounded": True, "object": _file_name(load.object), "steps": steps, "summed": (), "refusals": (), "said": said}
    return msgspec.structs.replace(load, **parts, rows_in=sum(parts.values()), **told)


def _file_name(object: str) -> str:
    """Without the folders of a server or the address that it is found under."""
    return object.rstrip("/").rpartition("/")[2]


def _sums(sources: Sources, *, exact: bool) -> dict[str, LoadSums]:
    """As ``_rounded`` has each load, so that they add up to no more than can be seen of them."""
    if exact:
        return sum_loads(sources.control)
    found = sum_loads(sources.control, floor=FLOOR, step=ROUND_TO)
    return {id: msgspec.structs.replace(sums, rows_in=sums.kept + sums.folded + sums.refused) for id, sums in found.items()}


def _under(sources: Sources, version: str, text: str) -> LoadedUnder:
    """Of a contract that is not known any more the floor alone: nothing was ever kept under that."""
    if not text:
        return LoadedUnder(version=version, cohort="", min_cohort=FLOOR, ladder=())
    contract = sources.tools.read_contract(text)
    return LoadedUnder(version=version, cohort=contract.cohort, min_cohort=contract.min_cohort, ladder=_rungs(contract))


def _line(dataset: Dataset, contract: Contract, sums: LoadSums, now_ms: int) -> dict[str, Any]:
    late_ms = _late_since(dataset, contract, sums, now_ms)
    counted = {name: getattr(sums, name) for name in ("objects", "rows_in", "kept", "folded", "refused", "cells", "taken_ms")}
    named = {name: getattr(contract, name) for name in ("id", "name", "module", "version", "owner", "readers", "schedule")}
    active = dataset.state == "active"
    return (
        named
        | counted
        | {
            "state": _state(sums, late_ms) if active else "withdrawn",
            "late_since_ms": late_ms,
            "next_ms": next_due(contract, now_ms) if active and contract.source else 0,
        }
    )


def _state(sums: LoadSums, late_ms: int) -> str:
    return STATES.get(sums.state or "") or ("late" if late_ms else "loaded" if sums.taken_ms else "waiting")


def _late_since(dataset: Dataset, contract: Contract, sums: LoadSums, now_ms: int) -> int:
    """Nothing was taken since so long, or since its contract was put."""
    due_ms = (sums.taken_ms or dataset.changed_ms) + contract.freshness_hours * HOUR_MS
    return due_ms if dataset.state == "active" and contract.freshness_hours and due_ms < now_ms else 0


def _promised(contract: Contract) -> dict[str, Any]:
    same = (
        "purpose",
        "legal_basis",
        "limitations",
        "licence",
        "granularity",
        "timezone",
        "min_cohort",
        "cohort",
        "freshness_hours",
        "retention_days",
    )
    return {name: getattr(contract, name) for name in same} | {
        "columns": {column.name: column.use for column in contract.kept},
        "dropped": tuple(column.name for column in contract.columns if column.use == "drop"),
        "measures": {measure.name: measure.unit for measure in contract.measures},
        "ladder": _rungs(contract),
    }


def _rungs(contract: Contract) -> tuple[str, ...]:
    return tuple(f"{rung.time} × {rung.place}" for rung in contract.ladder)


def _lineage(contract: Contract, source: str, topics: list[Topic]) -> tuple[Stage, ...]:
    """What is read of it as the table has it now; before the first load nothing is derived of it."""
    measures = (Stage(stage="measure", name=measure.name, about=(measure.aggregate, measure.unit)) for measure in contract.measures)
    return (
        Stage(stage="source", name=source, about=(contract.format,)),
        Stage(stage="table", name="measures", about=_rungs(contract)),
        *measures,
        *_marts(topics),
        *(Stage(stage="release", name=name, about=contract.readers) for name in _releases(contract.id, topics)),
    )


def _marts(topics: list[Topic]) -> list[Stage]:
    grains = dict.fromkeys(grain for topic in topics for grain in topic.grains)
    kinds = dict.fromkeys(kind for topic in topics for kind in (*topic.place_kinds, "city"))
    found = (("by time", sorted(grains, key=GRAINS.index)), ("by place", [*(kind for kind in kinds if kind != "city"), "city"]))
    return [Stage(stage="mart", name=name, about=tuple(about)) for name, about in found] if topics else []


def _releases(id: str, topics: list[Topic]) -> list[str]:
    return [f"/city?measure={id}/{topics[0].held.measure}", f"/api/v1/measures?dataset={id}"] if topics else []
