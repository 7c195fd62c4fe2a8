"""``footfall goals``: what a portal's team wants to happen."""

import re
from typing import Annotated, Any

from cyclopts import App, Parameter

from footfall.cli.portals import opened_control
from footfall.cli.terminal import Home, Json, Words, console, print_json, print_table
from footfall.errors import BadInput
from footfall.serve.site_objects import goal_json

__all__ = ["app"]

OPTIONS = {"event_name": "--event", "page_path": "--page", "scroll_threshold": "--scroll"}
"""What the API's keys are called here."""

app = App(name="goals", help="What a portal's team wants to happen: list, add, remove.")
Event = Annotated[str | None, Parameter(help="Name of the custom event that reaches it.")]
Page = Annotated[str | None, Parameter(help="Path that reaches it; * and ** match anything.")]
Scroll = Annotated[int | None, Parameter(help="With --page: depth in percent, 1 to 100.")]
Name = Annotated[str | None, Parameter(help="Its name in answers and filters [default: the event's name, or Visit PATH].")]


@app.command(name="list")
def list_goals(portal: str, /, *, home: Home = None, json: Json = False) -> None:
    """List a portal's goals."""
    with opened_control(home) as (control, _):
        owner = control.portal(portal)
        found = [goal_json(goal, owner.domain) for goal in control.goals(owner.id)]
    if json:
        print_json(found)
        return
    rows = ((goal["id"], goal["display_name"], goal["goal_type"], _reached_by(goal)) for goal in found)
    print_table(("id", "goal", "type", "reached by"), rows, empty="No goals yet. `footfall goals add PORTAL --event NAME` makes one.")


@app.command(name="add")
def add_goal(
    portal: str,
    /,
    *,
    event: Event = None,
    page: Page = None,
    scroll: Scroll = None,
    name: Name = None,
    prop: Words = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Add a goal: a custom event (--event), a page (--page), or a depth on a page (--page with --scroll).

    Parameters
    ----------
    portal
        Its domain or id.
    prop
        NAME=VALUE that must hold as well; may be repeated.
    """
    props = dict(_pair(text) for text in prop or ())
    with opened_control(home) as (control, _):
        owner = control.portal(portal)
        try:
            goal = control.put_goal(
                owner.id,
                event_name=event,
                page_path=page,
                scroll_threshold=scroll,
                display_name=name,
                custom_props=props or None,
            )
        except BadInput as error:
            raise _in_options(error) from None
    print_json(goal_json(goal, owner.domain)) if json else console.print(f"Goal {goal.id}: {goal.display_name}", markup=False)


@app.command(name="remove")
def remove_goal(portal: str, goal: int, /, *, home: Home = None, json: Json = False) -> None:
    """Remove a goal by its id (`footfall goals list` shows it)."""
    with opened_control(home) as (control, _):
        control.delete_goal(control.portal(portal).id, goal)
    print_json({"deleted": True}) if json else console.print(f"Goal {goal} is removed.")


def _reached_by(goal: dict[str, Any]) -> str:
    """What reaches the goal, in a line: ``Sent, office=north`` or ``/rules, 50 %``."""
    depth = [f"{goal['scroll_threshold']} %"] if goal.get("scroll_threshold") else []
    props = [f"{name}={value}" for name, value in goal["custom_props"].items()]
    return ", ".join([goal["event_name"] or goal["page_path"], *depth, *props])


def _in_options(error: BadInput) -> BadInput:
    """The same in the words of this command."""
    return BadInput("{sentence}", sentence=re.sub("|".join(OPTIONS), lambda key: OPTIONS[key[0]], str(error)))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise BadInput(f"--prop {text!r} is not valid. Valid: NAME=VALUE.")
    return name, value
