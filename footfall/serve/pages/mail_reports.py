"""A portal's reports by e-mail, for its analysts: what goes out when, to whom, and how the last one went."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.audit import note
from footfall.control.mail_reports import (
    FREQUENCIES,
    MailReport,
    Plan,
    add_report,
    change_report,
    delete_report,
    find_report,
    job_of,
    list_reports,
)
from footfall.control.roles import Operator
from footfall.control.runs import Run, last_runs
from footfall.errors import BadInput, FootfallError, NotFound, Refused, Unavailable
from footfall.privacy.policy import OUTSIDE
from footfall.serve.house import House
from footfall.serve.mail.letter import filters_of
from footfall.serve.mail.post import NO_SERVER
from footfall.serve.mail.sending import ask_recipients, send_test
from footfall.serve.mail.times import next_due
from footfall.serve.pages.account_words import said
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.jobs import STATE_NAMES
from footfall.serve.pages.language import LANGUAGES, Language
from footfall.serve.pages.mail_words import plan_said
from footfall.serve.pages.view import View, read_view, read_view_text
from footfall.serve.sign_in import fields_of, in_thread, require, signed_in, visible_portal
from footfall.vocabulary import Portal

__all__ = ["BEHIND"]

USUAL_HOUR = 8
PAUSE_MS = 10 * 60_000
"""Before the link is sent to the same addresses again."""


class ReportLine(msgspec.Struct, frozen=True, kw_only=True):
    """A report with how it stands; instants are local."""

    report: MailReport
    plan: str
    """In words."""
    view: View
    run: Run | None
    ran: datetime | None
    next: datetime


@get("/portals/{domain:str}/reports")
async def show_reports(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """The portal's reports; with the filters of the address a form for another."""
    return await _page(house, request, domain)


@post("/portals/{domain:str}/reports", status_code=303)
async def add_one(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """A new report; its recipients get the link to confirm, once mail is set up."""
    operator, portal = await _analyst(house, request, domain)
    given = await fields_of(request)

    def work() -> None:
        wanted: dict[str, Any] = {"created_by": operator.email, "now_ms": house.desk.now()}
        report = add_report(house.desk.control, portal.id, _plan(given), _emails(given), **wanted)
        _ask(house, portal, report)

    return await _changed(house, request, portal, work, "added")


@post("/portals/{domain:str}/reports/{number:int}", status_code=303)
async def change_one(
    request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Another time, language or circle of recipients; who is new gets the link to confirm."""
    _, portal = await _analyst(house, request, domain)
    given = await fields_of(request)

    def work() -> None:
        before = find_report(house.desk.control, portal.id, number)
        report = change_report(house.desk.control, before, _plan(given), _emails(given), now_ms=house.desk.now())
        new = tuple(one for one in report.waiting if not one.asked_ms)
        if new:
            _ask(house, portal, msgspec.structs.replace(report, recipients=new))

    return await _changed(house, request, portal, work, "changed")


@post("/portals/{domain:str}/reports/{number:int}/ask", status_code=303)
async def ask_again(
    request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """The link once more, to whoever did not confirm."""
    _, portal = await _analyst(house, request, domain)

    def work() -> None:
        report = find_report(house.desk.control, portal.id, number)
        late = tuple(one for one in report.waiting if house.desk.now() - one.asked_ms >= PAUSE_MS)
        if not late:
            raise BadInput("The link was sent less than ten minutes ago.")
        ask_recipients(house.desk, house.signer, portal, msgspec.structs.replace(report, recipients=late))
        _note(house, "report link sent again", portal, report)

    return await _changed(house, request, portal, work, "asked")


@post("/portals/{domain:str}/reports/{number:int}/test", status_code=303)
async def test_one(
    request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """The report as it would be now, to the operator alone."""
    operator, portal = await _analyst(house, request, domain)

    def work() -> None:
        report = find_report(house.desk.control, portal.id, number)
        send_test(house.desk, house.signer, portal, report, operator.email)
        _note(house, "report tested", portal, report)

    return await _changed(house, request, portal, work, "tested")


@post("/portals/{domain:str}/reports/{number:int}/delete", status_code=303)
async def delete_one(
    request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """The report is gone, and with it the addresses."""
    _, portal = await _analyst(house, request, domain)

    def work() -> None:
        delete_report(house.desk.control, find_report(house.desk.control, portal.id, number), now_ms=house.desk.now())

    return await _changed(house, request, portal, work, "deleted")


async def _analyst(house: House, request: Request[Any, Any, Any], domain: str) -> tuple[Operator, Portal]:
    """Raises NotFound where the portal is not to be seen, and Forbidden for a viewer."""
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    require(operator, "analyst", portal)
    return operator, portal


def _plan(given: dict[str, str]) -> Plan:
    """Of a form: ``when`` is ``weekly:0`` or ``monthly:1``."""
    frequency, _, day = given.get("when", "").partition(":")
    hour, chosen = given.get("hour", ""), given.get("language", "")
    if frequency not in FREQUENCIES or not (day.isdecimal() and hour.isdecimal()) or chosen not in LANGUAGES:
        raise BadInput("That report is not valid. Valid: what the form offers.")
    plain = cast(Literal["weekly", "monthly"], frequency)
    filters = filters_of(read_view_text(given.get("view", "")))
    return Plan(frequency=plain, day=int(day[:3]), hour=int(hour[:3]), language=chosen, view=filters)


def _emails(given: dict[str, str]) -> list[str]:
    return given.get("recipients", "").replace(",", "\n").splitlines()


def _ask(house: House, portal: Portal, report: MailReport) -> None:
    """Without a mail server nobody is asked: the page says so, and who was not asked can be later."""
    if house.desk.settings.smtp_host:
        ask_recipients(house.desk, house.signer, portal, report)


def _note(house: House, action: str, portal: Portal, report: MailReport) -> None:
    with house.desk.control.writing() as connection:
        note(connection, house.desk.now(), action, f"{portal.domain}: {job_of(report.id)}")


async def _changed(house: House, request: Request[Any, Any, Any], portal: Portal, work: Callable[[], None], done: str) -> Response[Any]:
    """Back to the page, or the page with what was wrong and what was typed."""
    try:
        # A mail server that hangs holds up nothing but others of its like.
        await house.in_provider_lane(work)
    except (BadInput, NotFound, Refused, Unavailable) as error:
        return await _page(house, request, portal.domain, fault=error)
    return Redirect(f"/portals/{portal.domain}/reports?done={done}", status_code=303)


async def _page(house: House, request: Request[Any, Any, Any], domain: str, *, fault: FootfallError | None = None) -> Response[Any]:
    operator, portal = await _analyst(house, request, domain)
    spoken, typed = reader_of(request).language, await fields_of(request) if fault else {}
    is_form = isinstance(fault, BadInput) and "recipients" in typed
    lines = await in_thread(lambda: _lines(house, portal, spoken))
    view = (
        read_view_text(typed["view"])
        if typed.get("view") and isinstance(fault, BadInput)
        else read_view(list(request.query_params.multi_items()))
    )
    days = spoken.locale.days["stand-alone"]["wide"]
    values: dict[str, Any] = {"portal": portal, "lines": lines, "operator": operator, "week": [str(days[day]) for day in range(7)]}
    values |= {"states": STATE_NAMES, "filters": filters_of(view), "view": view, "typed": typed if is_form else {}}
    values |= {
        "has_server": bool(house.desk.settings.smtp_host),
        "no_server": NO_SERVER,
        "usual_hour": USUAL_HOUR,
        "cohort": OUTSIDE.smallest_cohort,
    }
    values |= {
        "sent_to": request.path_params.get("number", 0),
        "fault": said(request, fault) if fault else "",
        "done": request.query_params.get("done", ""),
    }
    return render(request, "mail_reports.html", status=fault.status if fault else 200, **values)


def _lines(house: House, portal: Portal, language: Language) -> list[ReportLine]:
    runs = last_runs(house.desk.control)
    return [
        _line(report, runs.get(job_of(report.id)), portal, language, house.desk.now())
        for report in list_reports(house.desk.control, portal.id)
    ]


def _line(report: MailReport, run: Run | None, portal: Portal, language: Language, now_ms: int) -> ReportLine:
    zone, waits = ZoneInfo(portal.timezone), run is not None and run.state in ("asked", "waits")
    next_ms = max(run.again_ms, now_ms) if run and waits else next_due(report.plan, portal.timezone, now_ms)
    return ReportLine(
        report=report,
        plan=plan_said(language, report.plan),
        view=read_view_text(report.plan.view),
        run=run,
        ran=datetime.fromtimestamp(run.changed_ms / 1000, zone) if run else None,
        next=datetime.fromtimestamp(next_ms / 1000, zone),
    )


BEHIND = [show_reports, add_one, change_one, ask_again, test_one, delete_one]
