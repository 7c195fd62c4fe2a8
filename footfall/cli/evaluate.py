"""``footfall evaluate``: do a portal's lists show what visitors look at next? Nothing of a visit is printed."""

from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from footfall.cli.backend import find_server
from footfall.cli.terminal import Home, Json, console, make_progress, print_json, print_table, settings_of
from footfall.errors import BadInput, Conflict
from footfall.interests.evaluate import Measured
from footfall.serve.evaluating import Evaluated
from footfall.serve.evaluating import evaluate as evaluated
from footfall.serve.house import open_desk
from footfall.settings import Settings

__all__ = ["evaluate"]

Days = Annotated[int, Parameter(help="How many of the last whole days, 1 to 30.")]
Length = Annotated[int, Parameter(help="Items of a list, 1 to 50.")]
MOST_DAYS, MOST_ITEMS = 30, 50
RUNNING = "A server of this home runs and holds its store. Stop it for as long as this takes, or evaluate a copy of the home."
COLUMNS = ("lists", "HR", "MRR", "nDCG", "new HR", "new MRR", "new nDCG", "coverage", "Gini", "diversity", "p50 ms", "p99 ms")
MEANS = tuple(name for name in Measured.__struct_fields__ if name not in ("questions", "novel_questions"))


def evaluate(portal: str, /, *, days: Days = 7, k: Length = 6, home: Home = None, json: Json = False) -> None:
    """Replay the last days of a portal: would its lists have shown what visitors looked at next? Only means are printed."""
    for name, value, most in (("days", days, MOST_DAYS), ("k", k, MOST_ITEMS)):
        if not 1 <= value <= most:
            raise BadInput(f"--{name} {value} is not valid. Valid: 1 to {most}.")
    settings = settings_of(home)
    if find_server(settings.home_path):
        raise Conflict(RUNNING)
    found = _evaluated(settings, portal, days, k)
    print_json(msgspec.to_builtins(found)) if json else _print(found)


def _evaluated(settings: Settings, name: str, days: int, k: int) -> Evaluated:
    desk = open_desk(settings)
    try:
        portal = desk.control.portal(name)
        desk.load()
        with make_progress() as bar:
            task = bar.add_task(f"Replaying {portal.domain}", total=min(days, portal.keep_events))
            return evaluated(desk, portal, days, k, lambda day: bar.update(task, advance=1, description=f"Replayed {day}"))
    finally:
        desk.close()


def _print(found: Evaluated) -> None:
    rows = ([one.name, *(f"{getattr(one.measured, name):.3f}" for name in MEANS)] for one in found.lists)
    print_table(COLUMNS, rows, empty="No day has enough visits to be replayed.")
    if found.lists:
        asked = found.lists[0].measured
        days = found.days[0] if len(found.days) == 1 else f"{len(found.days)} days, {found.days[0]} to {found.days[-1]}"
        clicks = f"about {asked.questions:,} clicks, {asked.novel_questions:,} of them new to the visit"
        _say(f"Lists of {found.k} out of {found.items:,} items; {days}; {clicks}.")
    if found.left_out:
        _say(f"Left out, for fewer than {found.least_visits} visitors who saw several items: {', '.join(found.left_out)}.")
    if found.placements:
        print_table(("placement", "arm", "policy", "clicks a shown item", "effective", ""), map(_row, found.placements), empty="")


def _row(one: Any) -> tuple[Any, ...]:
    return one.placement, one.arm, one.policy, "–" if one.value is None else f"{one.value:.3f}", one.effective, one.says


def _say(text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)
