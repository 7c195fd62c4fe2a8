"""``footfall marts``: the marts of interest, on the command line."""

import json as jsonlib
from typing import Annotated

from cyclopts import App, Parameter

from footfall.cli.ask import Range
from footfall.cli.backend import open_backend
from footfall.cli.terminal import Home, Json, console, print_json, print_table, settings_of
from footfall.serve.interest_marts import flat
from footfall.serve.interest_routes import listed

__all__ = ["app"]

app = App(name="marts", help="What people care about, out of the numbers drawn for the city: list, show.")
Portals = Annotated[str, Parameter(help="Domains, commas between [default: all].", show_default=False)]


@app.command(name="list")
def list_all(*, home: Home = None, json: Json = False) -> None:
    """List the marts of interest; they are the same in every home."""
    settings_of(home)
    found = listed()
    if json:
        print_json([{"mart": one.mart, "says": one.says, "columns": one.columns, "of": one.of} for one in found])
        return
    print_table(("mart", "what", "made of"), ((one.mart, one.says, ", ".join(one.of)) for one in found), empty="")


@app.command(name="show")
def show(name: str, /, *, portals: Portals = "", date_range: Range = "30d", home: Home = None, json: Json = False) -> None:
    """Show a mart of interest (with --json as the API gives it)."""
    with open_backend(settings_of(home)) as backend:
        answer = jsonlib.loads(backend.mart(name, portals, date_range))
    if json:
        print_json(answer)
        return
    columns = answer["meta"]["columns"]
    rows = ([flat(row[column]) for column in columns] for row in answer["results"])
    print_table(columns, rows, empty="Nothing over its threshold in this range; try a longer --range, or another mart.")
    for source in answer["meta"]["sources"]:
        said = f"{source['portal']} · {source['mart']}: σ {source['sigma']:g}, cells under {source['tau']} are absent"
        console.print(said, style="dim", markup=False)
