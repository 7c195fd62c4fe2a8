"""``footfall targets``: what portals are to reach, and how it goes. Asks the running server, or the home itself."""

from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from footfall.cli.backend import open_backend
from footfall.cli.terminal import Home, Json, console, print_json, print_table, settings_of
from footfall.errors import BadInput

__all__ = ["app"]

app = App(name="targets", help="What portals are to reach, and how it goes: list, show, add, remove.")
Value = Annotated[float | None, Parameter(help="What is to be reached [default: a value that is reached three times in ten].")]
Metric = Annotated[str, Parameter(help="Of the stats API: visitors, visits, pageviews, events, bounce_rate …")]
Goal = Annotated[str | None, Parameter(help="Only what reached this goal.")]
Page = Annotated[str | None, Parameter(help="Only pages whose path has this in it.")]
Dataset = Annotated[str | None, Parameter(help="DATASET or DATASET:MEASURE of the city's data, instead of a metric.")]
Place = Annotated[str | None, Parameter(help="Of the dataset only that place, KIND:ID, such as district:north.")]
Direction = Annotated[Literal["at_least", "at_most"], Parameter(help="Whether it is to be reached, or not to be passed.")]
Starts = Annotated[str | None, Parameter(name="--from", help="First day, YYYY-MM-DD.")]
Due = Annotated[str | None, Parameter(help="Last day. Without days it is for every week.")]


@app.command(name="list")
def list_targets(portal: str, /, *, home: Home = None, json: Json = False) -> None:
    """List a portal's targets with what came so far, the forecast, and the chance to reach them.

    Parameters
    ----------
    portal
        Its domain or id.
    """
    with open_backend(settings_of(home)) as backend:
        found = backend.targets(portal)
    if json:
        print_json(found)
        return
    head = ("id", "target", "wanted", "by", "so far", "forecast", "chance", "state")
    print_table(head, (_line(one) for one in found), empty="No targets yet. `footfall targets add PORTAL NAME` makes one.")


@app.command(name="show")
def show_target(portal: str, target: int, /, *, home: Home = None, json: Json = False) -> None:
    """Show a target day by day."""
    with open_backend(settings_of(home)) as backend:
        found = backend.target(portal, target)
    if json:
        print_json(found)
        return
    console.print(f"{found['name']}: {_wanted(found)} by {found['progress']['last']}, {_state(found)}", markup=False)
    rows = ((day["day"], _number(day["came"]), *(_number(day[name]) for name in ("low80", "median", "high80"))) for day in found["days"])
    print_table(("day", "came", "at least", "likely", "at most"), rows, empty=found["progress"]["why"] or "No day is counted yet.")


@app.command(name="add")
def add_target(
    portal: str,
    name: str,
    /,
    *,
    value: Value = None,
    metric: Metric = "visitors",
    goal: Goal = None,
    page: Page = None,
    dataset: Dataset = None,
    place: Place = None,
    direction: Direction = "at_least",
    from_: Starts = None,
    due: Due = None,
    owner: str | None = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Set a target, by a day or for every week.

    Parameters
    ----------
    name
        What people call it.
    owner
        Who answers for it.
    """
    if bool(from_) != bool(due):
        raise BadInput("A target has a first and a last day (--from and --due), or neither: then it is for every week.")
    given: dict[str, Any] = {"name": name, "value": value, "direction": direction}
    given |= (_measured(dataset, place) if dataset else _counted(metric, goal, page)) | (
        {"starts": from_, "due": due} if due else {"every": "week"}
    )
    with open_backend(settings_of(home)) as backend:
        made = backend.add_target(portal, given | ({"owner": owner} if owner else {}))
    print_json(made) if json else console.print(f"Target {made['id']}: {made['name']}, {_wanted(made)}, {_state(made)}", markup=False)


@app.command(name="rm")
def remove_target(portal: str, target: int, /, *, home: Home = None, json: Json = False) -> None:
    """Remove a target by its id (`footfall targets list` shows it)."""
    with open_backend(settings_of(home)) as backend:
        backend.remove_target(portal, target)
    print_json({"deleted": True}) if json else console.print(f"Target {target} is removed.")


def _measured(dataset: str, place: str | None) -> dict[str, Any]:
    name, _, measure = dataset.partition(":")
    kind, colon, id = (place or "city:").partition(":")
    if not colon:
        raise BadInput("Place {place!r} is not valid. Valid: KIND:ID, such as district:north.", place=kind[:100])
    return {"measure": {"dataset": name, "measure": measure, "place_kind": kind} | ({"place": id} if id else {})}


def _counted(metric: str, goal: str | None, page: str | None) -> dict[str, Any]:
    filters = [["is", "event:goal", [goal]]] if goal else []
    filters += [["contains", "event:page", [page]]] if page else []
    return {"question": {"metrics": [metric], "filters": filters}}


def _line(one: dict[str, Any]) -> tuple[object, ...]:
    progress = one["progress"]
    seen = progress["forecast"]
    likely = f"{_number(seen['low80'])} to {_number(seen['high80'])}" if seen else ""
    chance = "" if progress["chance"] is None else f"{progress['chance']:.0%}"
    return one["id"], one["name"], _wanted(one), progress["last"], _number(progress["so_far"]), likely, chance, _state(one)


def _wanted(one: dict[str, Any]) -> str:
    return f"{one['direction'].replace('_', ' ')} {_number(one['value'])}"


def _state(one: dict[str, Any]) -> str:
    return str(one["progress"]["state"]).replace("_", " ")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.2f}"
