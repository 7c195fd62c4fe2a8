"""``footfall reports``: what goes out by e-mail. Works on the control database; a running server sends."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cyclopts import App

from footfall.cli.portals import opened_control
from footfall.cli.terminal import Home, Json, console, print_json, print_table
from footfall.control.database import Control
from footfall.control.mail_reports import MailReport, job_of, list_reports
from footfall.control.runs import Run, ask_run, last_runs
from footfall.errors import NotFound
from footfall.serve.clock import make_clock
from footfall.serve.mail.times import next_due
from footfall.serve.pages.language import language
from footfall.serve.pages.mail_words import plan_said
from footfall.vocabulary import Portal

__all__ = ["app"]

app = App(name="reports", help="Reports by e-mail: list, send.")


@app.command(name="list")
def list_all_reports(portal: str | None = None, /, *, home: Home = None, json: Json = False) -> None:
    """List reports by e-mail, of one portal or of all, with how the last run went. Addresses are not shown.

    Parameters
    ----------
    portal
        Its domain or id; none is all.
    """
    with opened_control(home) as (control, settings):
        now_ms, runs = make_clock(settings.now)(), last_runs(control)
        owners = {one.id: one for one in ([control.portal(portal)] if portal else control.portals())}
        found = [report for report in list_reports(control) if report.portal_id in owners]
        shown = [_shown(report, owners[report.portal_id], runs.get(job_of(report.id)), now_ms) for report in found]
    if json:
        print_json(shown)
        return
    rows = ((one["id"], one["portal"], one["when"], one["confirmed"], one["waiting"], one["next"], one["last"]) for one in shown)
    empty = "No reports yet. A portal's analysts add them at /portals/DOMAIN/reports."
    print_table(("id", "portal", "when", "confirmed", "not yet", "next", "last run"), rows, empty=empty)


@app.command(name="send")
def send_reports(portal: str, /, *, home: Home = None, json: Json = False) -> None:
    """Have a portal's reports sent now, to those who confirmed: a running server does it within seconds.

    Parameters
    ----------
    portal
        Its domain or id.
    """
    with opened_control(home) as (control, settings):
        asked = _asked(control, portal, make_clock(settings.now)())
    said = f"Asked for {len(asked)}. A running server sends within seconds; `footfall reports list` shows how it went."
    print_json({"asked": asked}) if json else console.print(said, markup=False)


def _asked(control: Control, name: str, now_ms: int) -> list[int]:
    portal = control.portal(name)
    found = [report.id for report in list_reports(control, portal.id)]
    if not found:
        raise NotFound(f"{portal.domain} has no reports. Its analysts add them at /portals/{portal.domain}/reports.")
    for id in found:
        ask_run(control, job_of(id), now_ms=now_ms)
    return found


def _shown(report: MailReport, portal: Portal, run: Run | None, now_ms: int) -> dict[str, Any]:
    next_ms = next_due(report.plan, portal.timezone, now_ms)
    return {
        "id": report.id,
        "portal": portal.domain,
        "when": plan_said(language("en"), report.plan),
        "language": report.plan.language,
        "view": report.plan.view,
        "confirmed": len(report.confirmed),
        "waiting": len(report.waiting),
        "next": datetime.fromtimestamp(next_ms / 1000, ZoneInfo(portal.timezone)).isoformat(timespec="minutes"),
        "last": f"{run.state}{f': {run.said}' if run.said else ''}" if run else None,
    }
