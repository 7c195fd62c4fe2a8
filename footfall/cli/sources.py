"""``footfall sources``: the city's other data, loaded under contracts."""

import json as json_library
import tempfile
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from footfall.cli import datasets
from footfall.cli.checking import check
from footfall.cli.places import places
from footfall.cli.terminal import Home, Json, console, print_json, print_table, settings_of, there
from footfall.errors import BadInput, Conflict
from footfall.sources.contract import Column, Contract
from footfall.sources.drafting import draft_text
from footfall.sources.frictionless import from_table_schema
from footfall.sources.odcs import read_contract, write_contract
from footfall.store.engine import open_engine

__all__ = ["app"]

app = App(name="sources", help="The city's other data: draft a contract, check a file, load, list, watch, withdraw datasets; districts.")
for name, command in (
    ("list", datasets.list_all),
    ("show", datasets.show),
    ("add", datasets.add),
    ("builtin", datasets.builtin),
    ("check", check),
    ("load", datasets.load),
    ("watch", datasets.watch),
    ("withdraw", datasets.withdraw),
):
    app.command(command, name=name)
SHOWN = ("format", "pattern", "minimum", "maximum")
app.command(places, name="places")
Out = Annotated[Path | None, Parameter(help="File to write; without it, standard output.")]
Frictionless = Annotated[Path | None, Parameter(help="Table schema (JSON) to draft from; the file itself is not looked at then.")]


@app.command(name="init")
def init(file: Path, /, *, out: Out = None, frictionless: Frictionless = None, home: Home = None, json: Json = False) -> None:
    """Draft a contract by looking at a file. It loads nothing until a person has filled in purpose, legal basis and owner.

    Parameters
    ----------
    file
        CSV, JSON lines, GeoJSON or Parquet. Its first rows are looked at, and nothing of them is kept.
    """
    text = _from_schema(file, frictionless) if frictionless else _from_file(file, settings_of(home).volatile)
    if out is None:
        print_json({"contract": text}) if json else console.print(text, markup=False, end="", soft_wrap=True)
        return
    if out.exists():
        raise Conflict("{path} is there already; a draft writes over nothing.", path=out)
    out.write_text(text, "utf-8")
    said = f"Written to {out}. Fill in purpose, legal basis and owner; `footfall sources contract {out}` says what is still wrong."
    print_json({"to": str(out)}) if json else console.print(said, markup=False)


@app.command(name="contract")
def contract(file: Path, /, *, home: Home = None, json: Json = False) -> None:
    """Read a contract and say what it keeps, drops and needs; or what is wrong with it, and where.

    Parameters
    ----------
    file
        YAML in the shape of ODCS 3.1.
    """
    found = read_contract(there(file).read_bytes())
    if json:
        print_json(_kept(found))
        return
    shown = _kept(found)
    console.print(f"{found.name} ({found.id} {found.version}), module {found.module}: {found.purpose}", markup=False)
    print_table(("column", "kind", "use", "checks"), ((one.name, one.kind, one.use, _checks(one)) for one in found.kept), empty="")
    for name in ("dropped", "measures", "ladder", "cohort", "retention"):
        console.print(f"{name}: {_listed(shown[name])}", markup=False)


def _from_file(file: Path, volatile: str) -> str:
    with tempfile.TemporaryDirectory(dir=volatile or None) as home:
        engine = open_engine("chdb", Path(home))
        try:
            return draft_text(there(file).resolve(), engine)
        finally:
            engine.close()


def _from_schema(file: Path, schema: Path) -> str:
    try:
        found = json_library.loads(there(schema).read_bytes())
    except ValueError:
        raise BadInput("{path} is no JSON.", path=schema) from None
    return write_contract(from_table_schema(found, id=file.name.split(".")[0].lower().replace("_", "-")))


def _kept(found: Contract) -> dict[str, object]:
    """What of a file stays, in words."""
    rungs = [f"{rung.time} × {rung.place}{'' if rung.categories else ', categories together'}" for rung in found.ladder]
    return {
        "id": found.id,
        "version": found.version,
        "module": found.module,
        "purpose": found.purpose,
        "legal_basis": found.legal_basis,
        "owner": found.owner,
        "kept": [column.name for column in found.kept],
        "dropped": [column.name for column in found.columns if column.use == "drop"],
        "measures": [f"{one.name} ({one.aggregate}{f' of {one.column}' if one.column else ''})" for one in found.measures],
        "ladder": rungs,
        "cohort": f"{found.min_cohort} or more by {found.cohort}; below it the next rung, and below the last nothing",
        "retention": f"{found.retention_days:,} days",
    }


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _listed(value: object) -> str:
    return ("; ".join(value) or "none") if isinstance(value, list) else str(value)


def _checks(column: Column) -> str:
    said = ["required"] if column.required else []
    said += [f"{len(column.values)} values"] if column.values else []
    said += [f"{name} {_plain(value)}" for name in SHOWN if (value := getattr(column, name)) not in ("", None)]
    return ", ".join(said)
