"""``footfall reach``: groups of portals whose visitors are counted together, and what was drawn of them."""

from typing import Annotated, Any

from cyclopts import App, Parameter

from footfall.cli.backend import open_backend
from footfall.cli.portals import opened_control
from footfall.cli.terminal import Home, Json, console, print_json, print_table, settings_of
from footfall.control.reach import add_group, list_groups, remove_group
from footfall.serve.clock import make_clock

__all__ = ["app"]

app = App(name="reach", help="Visitors of several portals together: list, add, remove groups; show what was drawn.")
First = Annotated[str, Parameter(name="--from", help="First day, YYYY-MM-DD [default: 30 days ago].", show_default=False)]
Last = Annotated[str, Parameter(name="--to", help="Last day, YYYY-MM-DD [default: today].", show_default=False)]
OFF = "Reach is off: these groups are not counted. The setting reach turns it on; docs/reach.md says what that means."


@app.command(name="list")
def list_all(*, home: Home = None, json: Json = False) -> None:
    """List the declared groups with their portals."""
    with opened_control(home) as (control, settings):
        domains = {portal.id: portal.domain for portal in control.portals()}
        found = [(group, [domains.get(site, str(site)) for site in group.sites]) for group in list_groups(control)]
    if json:
        print_json([{"id": group.id, "name": group.name, "portals": portals} for group, portals in found])
        return
    rows = ((group.id, group.name, " ".join(portals)) for group, portals in found)
    print_table(("id", "group", "portals"), rows, empty="No groups yet. `footfall reach add NAME PORTAL PORTAL` declares one.")
    if settings.reach == "off":
        console.print(OFF, style="dim", markup=False)


@app.command(name="add")
def add(name: str, /, *portals: str, home: Home = None, json: Json = False) -> None:
    """Declare a group of two portals or more, by domain or id; it is counted from the next day on."""
    with opened_control(home) as (control, settings):
        group = add_group(control, name, [control.portal(one) for one in portals], now_ms=make_clock(settings.now)())
    said = f"Group {group.id}: {group.name}, {len(group.sites)} portals, counted from the next day on."
    print_json({"id": group.id, "name": group.name}) if json else console.print(said, markup=False)


@app.command(name="remove")
def remove(group: str, /, *, home: Home = None, json: Json = False) -> None:
    """Take a group back, by name or id. What was published of it stays."""
    with opened_control(home) as (control, settings):
        gone = remove_group(control, group, now_ms=make_clock(settings.now)())
    print_json({"deleted": True}) if json else console.print(f"Group {gone.name} is counted no more.", markup=False)


@app.command(name="show")
def show(*, first: First = "", last: Last = "", home: Home = None, json: Json = False) -> None:
    """Visitors of each group and day as they were drawn, and why days have no number (with --json as the API gives it)."""
    with open_backend(settings_of(home)) as backend:
        answer = backend.reach(first, last)
    if json:
        print_json(answer)
        return
    print_table(("day", "group", "visitors", "±"), map(_row, answer["results"]), empty="No number in these days.")
    unpublished = [f"{day} ({state})" for day, state in answer["meta"]["days"].items() if state != "published"]
    if unpublished:
        console.print(f"Without a number: {', '.join(unpublished)}.", markup=False, soft_wrap=True)
    console.print(answer["meta"]["label"], style="dim", markup=False)


def _row(row: dict[str, Any]) -> list[Any]:
    return [*row["dimensions"], row["display"], row["plus_minus"]]
