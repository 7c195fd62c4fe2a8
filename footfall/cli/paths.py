"""``footfall funnel`` and ``footfall journey``: steps in order, and the pages beside a page."""

from typing import Annotated, Any

from cyclopts import Parameter

from footfall.cli.ask import Filters, Range, parse_filter
from footfall.cli.backend import open_backend
from footfall.cli.terminal import Home, Json, console, print_json, print_table, settings_of

__all__ = ["body_of", "funnel", "journey", "step_of"]

Steps = Annotated[str, Parameter(help="Two to eight: a path (it starts with /; * and ** match anything), or a goal's name.")]
Saved = Annotated[str, Parameter(help="Name of a funnel that is saved on the portal, instead of steps.", show_default=False)]
Limit = Annotated[int, Parameter(help="Most pages a side, 1 to 1000.")]
NOTHING = "Nothing that ten or more visitors did; try a longer --range, or fewer filters."

NOTES = {
    "few": "fewer than ten, or none",
    "near": "fewer than ten lost, or none",
    "either": "fewer than ten took it or were lost, or none",
}


def funnel(
    domain: str,
    /,
    *steps: Steps,
    saved: Saved = "",
    date_range: Range = "30d",
    filters: Filters = (),
    home: Home = None,
    json: Json = False,
) -> None:
    """How many visitors took each step, in order and within one visit, and how many were lost (with --json as the API gives it)."""
    asked = {"funnel": saved} if saved else {"steps": [step_of(text) for text in steps]}
    with open_backend(settings_of(home)) as backend:
        answer = backend.funnel(body_of(domain, date_range, filters) | asked)
    if json:
        print_json(answer)
        return
    rows = [_row(place, step) for place, step in enumerate(answer["steps"], start=1)]
    print_table(("step", "", "visitors", "of the first, %", "lost", "lost, %", "note"), rows, empty=NOTHING)
    _print_range(answer)


def journey(
    domain: str,
    page: str,
    /,
    *,
    date_range: Range = "30d",
    filters: Filters = (),
    limit: Limit = 10,
    home: Home = None,
    json: Json = False,
) -> None:
    """The pages that visitors saw just before a page and just after it (with --json as the API gives it)."""
    with open_backend(settings_of(home)) as backend:
        answer = backend.journey(body_of(domain, date_range, filters) | {"page": page, "limit": limit})
    if json:
        print_json(answer)
        return
    rows = [[side, *row] for side in ("before", "after") for row in _rows_of(answer[side])]
    print_table(("side", "page", "visitors", "share, %"), rows, empty=NOTHING)
    _print_range(answer)


def step_of(text: str) -> dict[str, str]:
    """A word of the command line as the API's step."""
    return {"page" if text.startswith("/") else "goal": text}


def body_of(domain: str, date_range: str, filters: tuple[str, ...]) -> dict[str, Any]:
    """What both ask of: portal, range and filters."""
    days = [part.strip() for part in date_range.split(",")]
    return {"site_id": domain, "date_range": days if len(days) > 1 else date_range, "filters": [parse_filter(text) for text in filters]}


def _row(place: int, step: dict[str, Any]) -> list[Any]:
    note = NOTES.get(step["blank"], "")
    if step["visitors"] is not None and step["since"] not in (None, place - 1):
        note = f"since step {step['since']}"
    return [place, step["name"], step["visitors"], step["share"], step["lost"], step["lost_share"], note]


def _rows_of(side: dict[str, Any]) -> list[list[Any]]:
    rows = [[row["page"], row["visitors"], row["share"]] for row in side["pages"]]
    return [*rows, ["(others)", side["others"], side["others_share"]]] if side["others"] else rows


def _print_range(answer: dict[str, Any]) -> None:
    first, last = answer["query"]["date_range"]
    console.print(f"{first[:10]} to {last[:10]} · policy {answer['meta']['release']['policy']}", style="dim", markup=False)
