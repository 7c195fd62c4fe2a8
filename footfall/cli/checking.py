"""``footfall sources check``: a file looked at before it is loaded. A running server is asked only where a dataset is named."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from footfall.cli.backend import LoadOrder, open_backend
from footfall.cli.dataset_lines import print_loaded
from footfall.cli.terminal import DONE, FAILED, Home, Json, console, make_progress, print_json, print_table, settings_of, there
from footfall.control.places import parents_of
from footfall.errors import BadInput
from footfall.serve.catalogue import outcome_shown
from footfall.serve.checking_files import Looked, check_against, check_alone
from footfall.serve.clock import make_clock
from footfall.serve.dataset_shapes import LoadLines, builtins
from footfall.serve.home import open_control_of
from footfall.serve.tools_of_sources import NO_PARENTS, make_tools, source_room
from footfall.settings import Settings
from footfall.sources.guard import KIND_NAMES
from footfall.sources.ladder import Parents
from footfall.sources.odcs import read_contract

__all__ = ["check"]

ContractFile = Annotated[Path | None, Parameter(help="Contract to hold it against; it need not be a dataset's.")]
DatasetId = Annotated[str, Parameter(help="Dataset whose contract it is held against.")]


def check(file: Path, /, *, contract: ContractFile = None, dataset: DatasetId = "", home: Home = None, json: Json = False) -> int:
    """Look at a file and write nothing: what a contract would keep, fold and refuse, or without one what guard and shape say.

    Exit code 1 if the file would be refused.

    Parameters
    ----------
    file
        Of any format that is read; without a contract CSV, JSON lines, GeoJSON or Parquet.
    """
    if contract and dataset:
        raise BadInput("Give --contract or --dataset, not both.")
    path, settings = there(file).absolute(), settings_of(home)
    if not contract and not dataset:
        return _checked_alone(path, settings, json=json)
    found = _of_dataset(path, dataset, settings) if dataset else _of_contract(path, there(contract or file), settings)
    print_json(found) if json else print_loaded(found)
    return DONE if found["dry_run"]["state"] == "kept" else FAILED


def _of_dataset(path: Path, id: str, settings: Settings) -> dict[str, Any]:
    with open_backend(settings) as backend, make_progress() as bar:
        task = bar.add_task(path.name, total=path.stat().st_size)
        order = LoadOrder(file=path, dry_run=True)
        return backend.load_dataset(id, order, lambda step, count: bar.update(task, completed=count if step == "sent" else None))


def _of_contract(path: Path, contract: Path, settings: Settings) -> dict[str, Any]:
    read = read_contract(contract.read_bytes())
    with _room(settings) as room, make_progress() as bar:
        task = bar.add_task(path.name, total=None)
        tools = make_tools(settings, room, make_clock(settings.now), any_path=True, parents=_parents(settings))
        outcome = check_against(path, read, tools, room, lambda step, count: bar.update(task, description=f"{path.name}: {step}"))
    return builtins(LoadLines(dry_run=outcome_shown(outcome)))


def _parents(settings: Settings) -> Parents:
    """What the home's places lie in, as a load would climb; none where there is no home yet, which a look at a file does not make."""
    if not settings.control and not (settings.home_path / "control.db").is_file():
        return NO_PARENTS
    control = open_control_of(settings)
    try:
        return parents_of(control)
    finally:
        control.close()


def _checked_alone(path: Path, settings: Settings, *, json: bool) -> int:
    with _room(settings) as room:
        found = check_alone(path, make_tools(settings, room, make_clock(settings.now), any_path=True), room)
    refused = [column for column in found.columns if column.finding]
    print_json(_as_json(found)) if json else _print_alone(path, found)
    return FAILED if refused else DONE


@contextmanager
def _room(settings: Settings) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=source_room(settings)) as room:
        yield Path(room)


def _as_json(found: Looked) -> dict[str, Any]:
    columns = [
        {
            "name": column.name,
            "rows": column.rows,
            "distinct": column.distinct,
            "finding": msgspec.to_builtins(column.finding) if column.finding else None,
            "says": str(column.finding.sentence) if column.finding else "",
            "reduce": [str(said) for said in column.reduce],
        }
        for column in found.columns
    ]
    return {"format": found.format, "encoding": found.encoding, "columns": columns}


def _print_alone(path: Path, found: Looked) -> None:
    console.print(f"{path.name}: {found.format}, {found.encoding}", markup=False)
    rows = ((one.name, one.rows, one.distinct, KIND_NAMES[one.finding.kind] if one.finding else "") for one in found.columns)
    print_table(("column", "rows with a value", "different values, about", "holds"), rows, empty="It has no columns.")
    for column in found.columns:
        for said in [column.finding.sentence] if column.finding else column.reduce:
            console.print(f"- {said}", markup=False, soft_wrap=True)
    refused = any(column.finding for column in found.columns)
    console.print("The guard refuses it as it stands." if refused else "The guard has nothing against it.", markup=False)
