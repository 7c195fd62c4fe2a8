"""``footfall ledger``: what was spent and released, what attacks came to, and who asked what. Reads the home beside a running server."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from footfall.cli.portals import opened_control
from footfall.cli.terminal import Home, Json, print_json, print_table
from footfall.control.asked import Asking, list_asked
from footfall.control.releases import Release, list_releases
from footfall.serve.attack_history import Tried, attack_history
from footfall.serve.clock import make_clock
from footfall.serve.ledgers import open_ledger
from footfall.serve.stewarding import budgets

__all__ = ["app"]

app = App(name="ledger", help="What was spent and released, how attacks went, and who asked what: budgets, releases, attacks, questions.")
Most = Annotated[int, Parameter(help="So many, newest first.")]
Group = Annotated[str | None, Parameter(help="Only this portal group; all without it.")]
Withdrawn = Annotated[bool, Parameter(negative="", help="Only what was withdrawn.")]
AT_ONCE = 200


@app.command(name="budgets")
def print_budgets(*, group: Group = None, home: Home = None, json: Json = False) -> None:
    """What the last 31 days cost in each portal group, and what is left."""
    with opened_control(home) as (control, settings):
        groups = None if group is None else [group]
        found = budgets(open_ledger(settings, control), control.portals(), groups, make_clock(settings.now)())
    if json:
        print_json([msgspec.to_builtins(one) | {"left": round(one.most - one.rho, 9)} for one in found])
        return
    rows = (
        (b.group, str(b.first), str(b.last), f"{b.rho:.4g}", f"{b.most - b.rho:.4g}", f"{b.epsilon:.2f}", f"{b.auc:.3f}") for b in found
    )
    print_table(("group", "from", "to", "ρ spent", "ρ left", "ε", "best guess (AUC)"), rows, empty="No portal group yet.")


@app.command(name="releases")
def print_releases(*, group: Group = None, withdrawn: Withdrawn = False, most: Most = 50, home: Home = None, json: Json = False) -> None:
    """Every draw and what became of it."""
    with opened_control(home) as (control, settings):
        ledger, found, before = open_ledger(settings, control), list[Release](), 0
        while len(found) < most:
            some = list_releases(ledger, before=before, most=AT_ONCE, groups=None if group is None else [group])
            found += [one for one in some if not withdrawn or one.last.state == "withdrawn"]
            if len(some) < AT_ONCE:
                break
            before = some[-1].spent.number
    rows = [_of_release(one) for one in found[:most]]
    columns = ("line", "day", "group", "release", "mart", "state", "cells", "rho")
    if json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(columns, rows, empty="Nothing was withdrawn." if withdrawn else "Nothing was drawn yet.")


@app.command(name="attacks")
def print_attacks(*, most: Most = 10, home: Home = None, json: Json = False) -> None:
    """What attacks on this home came to, run by run."""
    with opened_control(home) as (_, settings):
        found = attack_history(settings.home_path, most=most)
    if json:
        print_json(msgspec.to_builtins(found))
        return
    rows = ((_time(run.at_ms), run.version, len(run.attacks), _names(run.attacks)) for run in found)
    print_table(("when", "version", "tried", "succeeded"), rows, empty="No attack was tried here yet; `footfall attack` does it.")


@app.command(name="questions")
def print_questions(*, portal: str | None = None, most: Most = 50, home: Home = None, json: Json = False) -> None:
    """Who asked what of events, with the values that were filtered by; never what was answered. Kept for 90 days."""
    with opened_control(home) as (control, _):
        names = {one.id: one.domain for one in control.portals()}
        found = list_asked(control, most=most, portals=None if portal is None else [control.portal(portal).id])
    rows = [_of_question(one, names) for one in found]
    columns = ("when", "who", "portal", "first", "last", "what", "filters")
    if json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(columns, rows, empty="Nothing was asked yet.")


def _of_release(one: Release) -> tuple[int, str, str, str, str, str, int, float]:
    line = one.spent
    return line.number, line.day, line.group, line.release, line.mart, one.last.state, one.cells, line.rho


def _of_question(one: Asking, names: dict[int, str]) -> tuple[str, ...]:
    where = names.get(one.portal_id, f"removed {one.portal_id}" if one.portal_id else "all")
    return _time(one.at_ms), one.who, where, one.first, one.last, one.what, one.filters


def _names(attacks: tuple[Tried, ...]) -> str:
    return ", ".join(one.name for one in attacks if not one.passed) or "none"


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")
