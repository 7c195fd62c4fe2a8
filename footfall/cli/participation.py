"""``footfall participation``: events from interest to attendance."""

from typing import Any

from footfall.cli.ask import Range
from footfall.cli.backend import open_backend
from footfall.cli.terminal import Home, Json, console, print_json, print_table, settings_of

__all__ = ["participation"]

NOTHING = "No event: the catalogue has no page of one, and no dataset of attendance is loaded."


def participation(domain: str, /, *, date_range: Range = "91d", home: Home = None, json: Json = False) -> None:
    """Events of the city from interest to attendance, with a forecast and its error (with --json as the API gives it)."""
    with open_backend(settings_of(home)) as backend:
        answer = backend.participation(domain, date_range)
    if json:
        print_json(answer)
        return
    heads = ("event", "kind", "interest", "searches", "calendar", "registered", "days", "came", "similar", "next", "80 %")
    print_table(heads, map(_row, answer["events"]), empty=NOTHING)
    tried = answer["backtest"]
    if tried["tried"]:
        said = f"Tried on {tried['tried']} days: off by {tried['wape']} %, the median of the same event by {tried['wape_of_median']} %."
        console.print(said, markup=False)
    first, last = answer["query"]["date_range"]
    console.print(f"{first} to {last} · policy {answer['meta']['policy']}", style="dim", markup=False)


def _row(one: dict[str, Any]) -> list[Any]:
    told = one["forecast"]
    ahead = [told["median"], None if told["low"] is None else f"{told['low']:.0f}-{told['high']:.0f}"] if told else [None, None]
    numbers = [one[name] for name in ("interest", "searches", "calendar", "registrations", "occasions", "attendance", "similar")]
    return [one["event"], one["kind"], *numbers, *ahead]
