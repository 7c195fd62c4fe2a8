"""``footfall flows``: the ways between a portal's sections, where people leave, and loops."""

from footfall.cli.ask import Range
from footfall.cli.backend import open_backend
from footfall.cli.terminal import Home, Json, console, print_json, print_table, settings_of

__all__ = ["flows"]

NOTHING = "Nothing that ten or more visitors did; try a longer --range."


def flows(domain: str, /, *, date_range: Range = "30d", home: Home = None, json: Json = False) -> None:
    """The ways that visits take between a portal's sections, where people leave, and loops (with --json as the API gives it)."""
    with open_backend(settings_of(home)) as backend:
        answer = backend.flows(domain, date_range)
    if json:
        print_json(answer)
        return
    rows = ([one["step"], one["source"], one["target"], one["visitors"]] for one in answer["flows"])
    print_table(("step", "from", "to", "visitors"), rows, empty=NOTHING)
    if answer["loops"]:
        around = ([one["section"], one["by_way_of"], one["visitors"]] for one in answer["loops"])
        print_table(("back to", "from", "visitors"), around, empty="")
    first, last = answer["query"]["date_range"]
    console.print(f"{first[:10]} to {last[:10]} · policy {answer['meta']['release']['policy']}", style="dim", markup=False)
