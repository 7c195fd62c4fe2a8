"""``footfall loyalty``: who comes back, who finishes, how content they are."""

from collections.abc import Iterator
from typing import Annotated, Any

from cyclopts import Parameter

from footfall.cli.ask import Range
from footfall.cli.backend import open_backend
from footfall.cli.terminal import Home, Json, console, print_json, print_table, settings_of

__all__ = ["loyalty"]

Portals = Annotated[str, Parameter(help="Domains, commas between [default: all].", show_default=False)]
NOTHING = "Nothing that ten or more visitors did; try a longer --range."


def loyalty(portals: Portals = "", /, *, date_range: Range = "30d", home: Home = None, json: Json = False) -> None:
    """Who comes back, who finishes, how content they are: by portal and service, with an index (with --json as the API gives it)."""
    with open_backend(settings_of(home)) as backend:
        answer = backend.loyalty(portals, date_range)
    if json:
        print_json(answer)
        return
    heads = (
        "portal",
        "service",
        "index",
        "again that day, %",
        "return, %",
        "interval",
        "finished, %",
        "content",
        "complaints, %",
        "not known",
    )
    print_table(heads, (row for one in answer["results"] for row in _rows(one)), empty=NOTHING)
    first, last = answer["query"]["date_range"]
    console.print(f"{first} to {last} · policy {answer['meta']['policy']}", style="dim", markup=False)
    for note in answer["meta"]["notes"]:
        console.print(note, style="dim", markup=False)


def _rows(one: dict[str, Any]) -> Iterator[list[Any]]:
    told = one["returning"]
    once = next((share["share"] for share in told["repeat"] if share["name"] == "1"), None)
    again = None if once is None else round(100 - once, 1)
    yield [
        one["portal"],
        "",
        one["index"]["value"],
        again,
        *_back(told),
        one["completion"],
        one["satisfaction"],
        one["complaints"],
        _missing(one),
    ]
    for service in one["services"]:
        scores = {part["name"]: part["score"] for part in service["index"]["parts"]}
        rest = [service["completion"], scores["satisfaction"], service["complaints"], _missing(service)]
        yield ["", service["name"], service["index"]["value"], None, *_back(service), *rest]


def _back(one: dict[str, Any]) -> list[Any]:
    rate = one["return_rate"]
    return [rate["rate"], f"{rate['low']}-{rate['high']}"] if rate else [None, None]


def _missing(one: dict[str, Any]) -> str:
    return ", ".join(part["name"] for part in one["index"]["parts"] if part["score"] is None)
