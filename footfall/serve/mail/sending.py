"""The jobs of reports by e-mail: each report when it is due, and once a day what must not be kept."""

from collections.abc import Callable
from datetime import date
from functools import partial

from footfall.control.mail_reports import (
    MailReport,
    Recipient,
    deliverable,
    find_recipient,
    find_report,
    forget_unconfirmed,
    job_of,
    list_reports,
    mark_asked,
    mark_sent,
)
from footfall.control.runs import forget_old_runs
from footfall.errors import NotFound, Unavailable
from footfall.serve.house import Desk
from footfall.serve.jobs import Job, Stopped, Waits
from footfall.serve.mail.letter import Letter, period_of, read_letter
from footfall.serve.mail.post import NO_SERVER, Post, open_post
from footfall.serve.mail.times import days_of, last_due, next_due
from footfall.serve.mail.write import Desktop
from footfall.serve.pages.language import language
from footfall.serve.pages.mail_words import REPORT, TIDY
from footfall.serve.retention import kept_from
from footfall.serve.secret import Signer
from footfall.vocabulary import Portal

__all__ = ["INCOMPLETE", "LATER", "NOBODY", "SOME_REFUSED", "ask_recipients", "last_letter", "mail_jobs", "send_test"]

DAY_MS, TIDY_AT_MS = 86_400_000, 3 * 3_600_000
PERMANENT = 500
"""SMTP codes from here on are for good."""
INCOMPLETE = "It waits until every event of its days is counted."
NOBODY = "Nobody has confirmed yet."
SOME_REFUSED = "The mail server refused some of the recipients."
LATER = "The mail server takes some of the recipients later."
NOT_KEPT = "The portal keeps its events for fewer days than the report is about."


def mail_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> list[Job]:
    """A job for each report, and one that deletes what is old. Raises Unavailable where the control database is away."""
    portals = {portal.id: portal for portal in desk.control.portals()}
    reports = [report for report in list_reports(desk.control) if report.portal_id in portals]
    tidy = Job(
        name="tidy mail", title=TIDY, last_due=_last_tidy, next_due=lambda now_ms: _last_tidy(now_ms) + DAY_MS, work=partial(_tidy, desk)
    )
    return [*(_job(desk, signer, stopped, report, portals[report.portal_id]) for report in reports), tidy]


def ask_recipients(desk: Desk, signer: Signer, portal: Portal, report: MailReport) -> None:
    """Send the link to confirm to whoever waits for it. Raises Unavailable: some may not have it yet."""
    now_ms = desk.now()
    desktop, spoken = Desktop(desk.settings, signer, now_ms), language(report.plan.language)
    with open_post(desk.settings) as post:
        for one in report.waiting:
            code = post.send(desktop.write_question(portal, report, one, spoken), one.email)
            mark_asked(desk.control, one.id, now_ms=now_ms, fault=code)


def send_test(desk: Desk, signer: Signer, portal: Portal, report: MailReport, to: str) -> None:
    """Send the last report there could have been to that address alone.

    Raises:
        Unavailable: the mail server is away, or refuses it.
        BadInput: no mail can be sent to that address.
        BadQuestion, Refused: its filters cannot be asked.
    """
    to = deliverable(to)
    with open_post(desk.settings) as post:
        letter, now_ms = last_letter(desk, portal, report, desk.now()), desk.now()
        message = Desktop(desk.settings, signer, now_ms).write_report(letter, report.plan, language(report.plan.language), to, None)
        if post.send(message, to):
            raise Unavailable(SOME_REFUSED)


def last_letter(desk: Desk, portal: Portal, report: MailReport, due_ms: int) -> Letter:
    """What the report that is due then says. Raises as ``read_letter``, and Unavailable where its events are not kept."""
    days = days_of(report.plan, portal.timezone, due_ms)
    kept = date.fromisoformat(kept_from(portal, desk.control, desk.now()))
    if days[0] < kept:
        raise Unavailable(NOT_KEPT)
    return read_letter(desk, portal, report.plan.view, days, kept=kept)


def _job(desk: Desk, signer: Signer, stopped: Callable[[], bool], report: MailReport, portal: Portal) -> Job:
    def since(now_ms: int) -> int:
        due_ms = last_due(report.plan, portal.timezone, now_ms)
        return due_ms if due_ms > report.since_ms else 0

    return Job(
        name=job_of(report.id),
        title=REPORT,
        about=portal.domain,
        page=f"/portals/{portal.domain}/reports",
        last_due=since,
        next_due=lambda now_ms: next_due(report.plan, portal.timezone, now_ms),
        work=lambda due_ms: _send(desk, Desktop(desk.settings, signer, desk.now()), portal, report.id, due_ms, stopped),
    )


def _send(desk: Desk, desktop: Desktop, portal: Portal, report_id: int, due_ms: int, stopped: Callable[[], bool]) -> str:
    """Send to whoever confirmed and did not get this one yet. Killed between a mail and its mark, it sends that mail again."""
    report = find_report(desk.control, portal.id, report_id)
    if not desk.settings.smtp_host:
        raise Waits(NO_SERVER)
    if not report.confirmed:
        return NOBODY
    if desk.loader.complete_until_ms() < period_of(portal, days_of(report.plan, portal.timezone, due_ms)).to_ms:
        raise Waits(INCOMPLETE)
    left = [one for one in report.confirmed if one.sent_due_ms < due_ms]
    codes: list[int] = []
    if left:
        letter = last_letter(desk, portal, report, due_ms)
        with open_post(desk.settings) as post:
            for one in left:
                if stopped():
                    raise Stopped
                codes.append(_send_one(desk, desktop, post, letter, report, one, due_ms))
    if any(0 < code < PERMANENT for code in codes):
        raise Unavailable(LATER)
    return SOME_REFUSED if any(code >= PERMANENT for code in (*codes, *(one.fault for one in report.confirmed if one not in left))) else ""


def _send_one(desk: Desk, desktop: Desktop, post: Post, letter: Letter, report: MailReport, one: Recipient, due_ms: int) -> int:
    """The code with which the address was refused, 0 for none. Who has left meanwhile gets nothing."""
    try:
        find_recipient(desk.control, one.id, now_ms=desk.now())
    except NotFound:
        return 0
    code = post.send(desktop.write_report(letter, report.plan, language(report.plan.language), one.email, one), one.email)
    mark_sent(desk.control, one.id, due_ms if code == 0 or code >= PERMANENT else one.sent_due_ms, fault=code)
    return code


def _tidy(desk: Desk, due_ms: int) -> str:
    forget_unconfirmed(desk.control, now_ms=desk.now())
    forget_old_runs(desk.control, now_ms=desk.now())
    return ""


def _last_tidy(now_ms: int) -> int:
    return (now_ms - TIDY_AT_MS) // DAY_MS * DAY_MS + TIDY_AT_MS
