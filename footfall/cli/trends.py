"""``footfall trends``: what rises, falls or is broken, as the last complete hour left it. Works on the control database."""

from typing import Annotated

from cyclopts import Parameter

from footfall.cli.portals import opened_control
from footfall.cli.terminal import Home, Json, print_json, print_table, words_of
from footfall.serve.dataset_shapes import builtins
from footfall.serve.trend_shapes import TrendShown
from footfall.serve.trends import OPEN_STATES, trends_of

__all__ = ["trends"]

Portals = Annotated[str | None, Parameter(help="A portal's domain or id; none is all, and the city's data.")]
States = Annotated[
    tuple[str, ...] | None,
    Parameter(negative="", help="Of these: candidate, emerging, trend, fading, closed; open ones unless named."),
]
Since = Annotated[str, Parameter(help="Only cards looked at since that day or instant.")]


def trends(portal: Portals = None, /, *, state: States = None, since: Since = "", home: Home = None, json: Json = False) -> None:
    """What rises, falls or is broken on portals: one line a story, what began last first, with why (with --json as the API gives it)."""
    with opened_control(home) as (control, _):
        portals = [control.portal(portal)] if portal else control.portals()
        found = trends_of(
            control, portals, lambda card: True, states=words_of(state) or OPEN_STATES, since=since, city=portal is None
        ).trends
    if json:
        print_json([builtins(one) for one in found])
        return
    rows = ((one.id, one.portal, one.kind, one.state, one.name, _lift(one), one.since[:16], one.confidence, _why(one)) for one in found)
    empty = "No trends now. A running server looks every hour; it needs some weeks of numbers to compare with."
    print_table(("id", "portal", "kind", "state", "what", "lift", "since (UTC)", "sure", "why"), rows, empty=empty)


def _lift(one: TrendShown) -> str:
    return "" if one.lift is None else f"{one.lift:.2f} x"


def _why(one: TrendShown) -> str:
    return f"{one.reason.kind} {one.reason.value}".strip()
