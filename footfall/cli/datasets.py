"""Commands of ``footfall sources`` that speak of datasets: list, show, add, check, load, watch, withdraw; and the built-in contracts."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from footfall.cli.backend import Backend, LoadOrder, open_backend
from footfall.cli.dataset_lines import counted, print_loaded, print_shown, stamp
from footfall.cli.terminal import (
    DONE,
    FAILED,
    Home,
    Json,
    console,
    make_progress,
    print_error,
    print_json,
    print_table,
    settings_of,
    there,
)
from footfall.errors import BadInput, Conflict, FootfallError, Forbidden, NotFound, Unauthorized
from footfall.settings import Settings
from footfall.sources.builtins import builtin_names, builtin_text
from footfall.sources.odcs import read_contract

__all__ = ["add", "builtin", "list_all", "load", "show", "watch", "withdraw"]

DryRun = Annotated[bool, Parameter(name="--dry-run", negative="", help="Only look what would come of the file.")]
Yes = Annotated[bool, Parameter(name="--yes", negative="", help="Do not ask.")]
Every = Annotated[int, Parameter(help="Seconds between two looks, 1 or more.")]
Rounds = Annotated[int, Parameter(help="Looks after which it ends; a day of them by the minute is 1440.")]
LISTED = ("id", "name", "module", "state", "last load (UTC)", "rows kept", "folded", "refused")
NONE = "No datasets yet. `footfall sources add CONTRACT.yaml` makes one; `footfall sources builtin` lists contracts to begin with."


def list_all(*, home: Home = None, json: Json = False) -> None:
    """List the datasets: module, state, last load, rows kept, folded and refused."""
    with open_backend(settings_of(home)) as backend:
        found = backend.datasets()
    if json:
        print_json(found)
        return
    print_table(LISTED, map(_listed, found), empty=NONE)


def show(id: str, /, *, home: Home = None, json: Json = False) -> None:
    """Show a dataset: what its contract promises, what is in the store, and its last loads.

    Parameters
    ----------
    id
        Of the dataset.
    """
    with open_backend(settings_of(home)) as backend:
        found = backend.dataset(id)
    print_json(found) if json else print_shown(found)


def add(contract: Path, /, *, home: Home = None, json: Json = False) -> None:
    """Add a dataset by its contract, or give one another version of its contract.

    Parameters
    ----------
    contract
        YAML in the shape of ODCS 3.1, or the name of a built-in one.
    """
    text = builtin_text(str(contract)) if str(contract) in builtin_names() else _text(there(contract))
    id = read_contract(text).id
    with open_backend(settings_of(home)) as backend:
        found = backend.put_dataset(id, text)
    said = f"Dataset {id} stands under version {found['version']}. `footfall sources load {id} FILE` loads it."
    print_json(found) if json else console.print(said, markup=False, soft_wrap=True)


def builtin(name: str = "", /, *, home: Home = None, json: Json = False) -> None:
    """List the built-in contracts; or print the one of that name, as YAML."""
    if name:
        text = builtin_text(name)
        print_json({"contract": text}) if json else sys.stdout.write(text)
        return
    found = [read_contract(builtin_text(each)) for each in builtin_names()]
    if json:
        print_json([{"id": one.id, "name": one.name, "module": one.module, "format": one.format} for one in found])
        return
    print_table(("name", "for", "module", "format"), ((one.id, one.name, one.module, one.format) for one in found), empty="")


def load(id: str, source: str = "", /, *, dry_run: DryRun = False, home: Home = None, json: Json = False) -> int:
    """Load a dataset from its own source, or from a file, folder or address. Exit code 1 if something was refused or failed.

    Parameters
    ----------
    id
        Of the dataset.
    source
        A file, a folder, a glob, or an address of http(s) or s3; without it the contract's own source.
    """
    orders = _orders(source, dry_run=dry_run)
    fine = True
    with open_backend(settings_of(home)) as backend:
        for order in orders:
            found = _load_one(backend, id, order)
            fine &= _is_fine(found)
            print_json(found) if json else print_loaded(found)
    return DONE if fine else FAILED


def watch(id: str, /, *, every: Every = 60, rounds: Rounds = 1440, home: Home = None, json: Json = False) -> int:
    """Look at a dataset's own source again and again, and load what is new, until Ctrl-C or so many rounds.

    A source that does not answer, or answers 404, is told, and looked at again in the next round. Exit code 1 if the last was so.

    Parameters
    ----------
    id
        Of the dataset.
    """
    if every < 1 or rounds < 1:
        raise BadInput("--every and --rounds are 1 or more.")
    settings = settings_of(home)
    with open_backend(settings) as backend:
        _check_watched(backend.dataset(id))
    fine = _look(settings, id, is_first=True, json=json)
    for _ in range(rounds - 1):
        time.sleep(every)
        fine = _look(settings, id, is_first=False, json=json)
    return DONE if fine else FAILED


def _check_watched(found: dict[str, Any]) -> None:
    if found["state"] == "withdrawn":
        raise Conflict("Dataset {id!r} was withdrawn; put its contract again to load it.", id=found["id"])
    if not found["source"]:
        raise BadInput("The contract of {id!r} names no source: there is nothing to look at.", id=found["id"])


def _look(settings: Settings, id: str, *, is_first: bool, json: bool) -> bool:
    """One round, also of a server that was started anew. What a source or a server cannot do now is said, and the next round goes on."""
    try:
        with open_backend(settings) as backend:
            found = _load_one(backend, id, LoadOrder())
    except (NotFound, Forbidden, Unauthorized):
        raise
    except FootfallError as error:
        print_error(error, as_json=json)
        return False
    if json:
        print_json(found)
    elif found.get("lines") or is_first:
        print_loaded(found)
    return True


def withdraw(id: str, /, *, yes: Yes = False, home: Home = None, json: Json = False) -> int:
    """Withdraw a dataset: nothing of it is read any more, and its rows are deleted, counted before and after. Asks, unless --yes.

    Parameters
    ----------
    id
        Of the dataset.
    """
    with open_backend(settings_of(home)) as backend:
        if not yes and not _is_sure(backend.dataset(id)):
            console.print("Nothing was withdrawn.", markup=False)
            return FAILED
        found = backend.withdraw_dataset(id)
    rows = found["rows"]
    said = f"Dataset {id} is withdrawn: {rows['before']:,} rows before, {rows['after']:,} after; {len(found['loads'])} loads ended."
    said += " Files of the store still hold them: withdraw it once more in a minute." if rows["after"] else ""
    print_json(found) if json else console.print(said, markup=False, soft_wrap=True)
    return DONE if rows["after"] == 0 else FAILED


def _is_sure(found: dict[str, Any]) -> bool:
    if not sys.stdin.isatty():
        raise BadInput("Nobody is there to be asked. Give --yes to withdraw it all the same.")
    told = f"{found['name']} ({found['id']}) has {found['stored_rows']:,} rows in the store. They will be deleted for good."
    console.print(told, markup=False, soft_wrap=True)
    return console.input(f"Type {found['id']} to go on: ").strip() == str(found["id"])


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise BadInput("{path} is no text in UTF-8.", path=file) from None


def _listed(line: dict[str, Any]) -> tuple[Any, ...]:
    rows = (counted(line, name) for name in ("kept", "folded", "refused"))
    return line["id"], line["name"], line["module"], line["state"], stamp(line["taken_ms"]), *rows


def _orders(source: str, *, dry_run: bool) -> list[LoadOrder]:
    """One for each file, so that a bar shows each."""
    if dry_run and (not source or "://" in source):
        raise BadInput("A dry run is made of a file: name it.")
    if not source or "://" in source:
        return [LoadOrder(source=source)]
    path = Path(source).expanduser().absolute()
    files = [path] if path.is_file() else _files(path)
    return [LoadOrder(file=file, dry_run=dry_run) for file in files]


def _files(path: Path) -> list[Path]:
    found = path.rglob("*") if path.is_dir() else path.parent.glob(path.name)
    files = sorted(each for each in found if each.is_file() and not each.name.startswith("."))
    if not files:
        raise NotFound("There is no file {path}.", path=path)
    return files


def _load_one(backend: Backend, id: str, order: LoadOrder) -> dict[str, Any]:
    with _bar(order) as progress:
        return backend.load_dataset(id, order, progress)


@contextmanager
def _bar(order: LoadOrder) -> Iterator[Callable[[str, int], None]]:
    """Bytes where a file is sent to a server, else the step and its rows."""
    name, size = (order.file.name, order.file.stat().st_size) if order.file else (order.source or "source", 0)
    with make_progress() as bar:
        task = bar.add_task(name, total=size or None)

        def progress(step: str, count: int) -> None:
            if step == "sent":
                bar.update(task, completed=count)
            else:
                bar.update(task, description=f"{name}: {step}{f' {count:,} rows' if count else ''}", total=None)

        yield progress


def _is_fine(found: dict[str, Any]) -> bool:
    if dry := found.get("dry_run"):
        return bool(dry["state"] == "kept")
    return not any(line["state"] in ("refused", "failed") for line in found.get("lines", ()))
