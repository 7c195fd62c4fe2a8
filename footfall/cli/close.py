"""``footfall close``: days that are over become statistics, now. A running server does it by itself, and is asked where there is one."""

from datetime import date
from typing import Annotated

import msgspec
from cyclopts import Parameter

from footfall.cli.backend import find_server
from footfall.cli.portals import opened_control
from footfall.cli.terminal import Home, Json, console, make_progress, print_json, print_table, settings_of
from footfall.control.closings import Closing
from footfall.control.runs import ask_run
from footfall.errors import BadInput, Conflict, NotFound
from footfall.serve.clock import make_clock
from footfall.serve.closing_jobs import closer_of, job_name
from footfall.serve.house import Desk, open_desk

__all__ = ["close"]

Day = Annotated[str | None, Parameter(help="Only this service day, YYYY-MM-DD; all that are due without it.")]
Group = Annotated[str | None, Parameter(help="Only this portal group; all without it.")]
RUNNING = "A server of this home runs, and closes days in their order by itself. Leave --day out, or stop it."


def close(*, day: Day = None, group: Group = None, home: Home = None, json: Json = False) -> None:
    """Close the service days that are over: draw their marts, once, and let sealed portals' events go."""
    settings, wanted = settings_of(home), _day(day)
    if find_server(settings.home_path):
        if day:
            raise Conflict(RUNNING)
        _ask(home, group, json=json)
        return
    desk = open_desk(settings)
    try:
        desk.load()
        closings = _closed(desk, _groups(list(closer_of(desk).groups()), group), wanted)
    finally:
        desk.close()
    if json:
        print_json(msgspec.to_builtins(closings))
        return
    rows = ((one.group, one.day, one.state, one.drawn, one.said) for one in closings)
    print_table(("group", "day", "state", "marts", "missing"), rows, empty="No day is due.")


def _closed(desk: Desk, groups: list[str], day: date | None) -> list[Closing]:
    closer = closer_of(desk)
    due = [(group, one) for group in groups for one in ([day] if day else closer.due(group))]
    closings = []
    with make_progress() as bar:
        task = bar.add_task("Closing days", total=len(due))
        for group, one in due:
            bar.update(task, description=f"Closing {group}, {one}")
            closings.append(closer.close(group, one))
            bar.advance(task)
    return closings


def _ask(home: str | None, group: str | None, *, json: bool) -> None:
    with opened_control(home) as (control, settings):
        groups = _groups(sorted({portal.group for portal in control.portals()}), group)
        for one in groups:
            ask_run(control, job_name(one), now_ms=make_clock(settings.now)())
    said = f"Asked for {', '.join(groups) or 'nothing'}. The running server closes what is due; its page of jobs shows how it went."
    print_json({"asked": groups}) if json else console.print(said, markup=False)


def _groups(groups: list[str], wanted: str | None) -> list[str]:
    if wanted and wanted not in groups:
        raise NotFound(f"No portal is in a group {wanted!r}. Groups here: {', '.join(groups) or 'none'}.")
    return [wanted] if wanted else groups


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(f"Day {text!r} is not valid. Valid: YYYY-MM-DD.") from None
