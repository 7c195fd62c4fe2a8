"""The catalogue: every dataset with its contract, how fresh it is, what its loads came to, and who may see it."""

from typing import Any

import msgspec

from footfall.control.datasets import Dataset, find_dataset
from footfall.control.load_sums import LoadSums, sum_loads
from footfall.control.loads import Load
from footfall.control.roles import ROLES, Operator
from footfall.errors import NotFound
from footfall.sentences import NONE_YET
from footfall.serve.city_data import Topic, topics_of
from footfall.serve.dataset_shapes import DatasetLine, DatasetShown, LoadLines, LoadOutcome, LoadShown, RungKept, Stage
from footfall.serve.loading_sources import Loaded, Sources
from footfall.serve.source_schedule import next_due
from footfall.sources.contract import GRAINS, Contract
from footfall.sources.odcs import write_contract
from footfall.sources.outcome import Outcome, Refusal
from footfall.store.measure_spans import SPAN, span_of

__all__ = ["dataset_lines", "dataset_shown", "load_lines", "load_shown", "may_see", "outcome_shown", "visible_dataset"]

HOUR_MS = 3_600_000
MOST_LOADS = 10
STATES = {"running": "loading", "refused": "refused", "failed": "failed"}


def may_see(operator: Operator | None, readers: tuple[str, ...]) -> bool:
    """Whether they have one of these roles, or a greater one, anywhere; ``None`` is who needs none."""
    if operator is None:
        return True
    least = min((ROLES.index(role) for role in readers), default=len(ROLES))
    return not operator.disabled and any(ROLES.index(grant.role) >= least for grant in operator.grants)


def dataset_lines(sources: Sources, now_ms: int, operator: Operator | None = None) -> list[DatasetLine]:
    """Those that the operator may see, by id. Raises Unavailable."""
    sums = sum_loads(sources.control)
    found = ((dataset, sources.tools.read_contract(dataset.contract)) for dataset in sources.datasets())
    return [
        DatasetLine(**_line(dataset, contract, sums.get(dataset.id, LoadSums()), now_ms))
        for dataset, contract in found
        if may_see(operator, contract.readers)
    ]


def visible_dataset(sources: Sources, id: str, operator: Operator | None = None) -> tuple[Dataset, Contract]:
    """The dataset and its contract.

    Raises:
        NotFound: there is none that they may see: one that is there for others looks like none.
    """
    try:
        dataset = find_dataset(sources.control, id)
        contract = sources.tools.read_contract(dataset.contract)
        if may_see(operator, contract.readers):
            return dataset, contract
    except NotFound:
        if operator is None:
            raise
    known = ", ".join(line.id for line in dataset_lines(sources, 0, operator)[:20])
    raise NotFound("There is no dataset {id!r}. Known: {known}.", id=id, known=known or NONE_YET)


def dataset_shown(sources: Sources, id: str, now_ms: int, operator: Operator | None = None) -> DatasetShown:
    """One with all that is told of it.

    Raises:
        NotFound: as ``visible_dataset``.
        Unavailable: control or store are away.
    """
    dataset, contract = visible_dataset(sources, id, operator)
    sums = sum_loads(sources.control).get(id, LoadSums())
    span = span_of(sources.rows(id, SPAN))
    masked = sources.tools.masked(contract.source)
    return DatasetShown(
        **_line(dataset, contract, sums, now_ms),
        **_promised(contract),
        source=masked,
        first=span.first,
        last=span.last,
        stored_rows=span.rows,
        lineage=_lineage(contract, masked, topics_of(sources, contract)),
        loads=tuple(load_shown(line) for line in sources.lines(id, most=MOST_LOADS)),
        contract=dataset.contract if masked == contract.source else write_contract(msgspec.structs.replace(contract, source=masked)),
        created_ms=dataset.created_ms,
        changed_ms=dataset.changed_ms,
    )


def load_shown(load: Load) -> LoadShown:
    """A line of the control store as it is shown."""
    names = (field for field in LoadShown.__struct_fields__ if field not in ("steps", "refusals"))
    return LoadShown(
        **{name: getattr(load, name) for name in names},
        steps=msgspec.convert(load.details.get("steps", []), tuple[RungKept, ...]),
        refusals=msgspec.convert(load.details.get("refusals", []), tuple[Refusal, ...]),
    )


def load_lines(loaded: Loaded) -> LoadLines:
    """What a load came to."""
    return LoadLines(tuple(map(load_shown, loaded.lines)), loaded.unchanged, loaded.vanished)


def outcome_shown(outcome: Outcome) -> LoadOutcome:
    """What a dry run came to."""
    told = {name: getattr(outcome, name) for name in LoadOutcome.__struct_fields__ if name != "steps"}
    return LoadOutcome(**told, steps=msgspec.convert(msgspec.to_builtins(outcome.steps), tuple[RungKept, ...]))


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
    return STATES.get(sums.state or "") or ("late" if late_ms else "loaded" if sums.objects else "waiting")


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
