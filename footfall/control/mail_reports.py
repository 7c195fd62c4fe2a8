"""Reports by e-mail: when, of which view, and who gets them. Addresses of recipients stand here alone and go with their report."""

from collections.abc import Iterable
from typing import Literal

import msgspec
import sqlalchemy as sa

from footfall.control.audit import acting_as, note
from footfall.control.operators import clean_email
from footfall.control.tables import mail_recipients as recipients
from footfall.control.tables import mail_reports as reports
from footfall.control.tables import portals, runs
from footfall.control.transactions import Database
from footfall.errors import BadInput, NotFound
from footfall.sentences import Sentence

__all__ = [
    "CONFIRM_DAYS",
    "FREQUENCIES",
    "MOST_RECIPIENTS",
    "MailReport",
    "Plan",
    "Recipient",
    "add_report",
    "change_report",
    "checked_plan",
    "confirm_recipient",
    "delete_report",
    "deliverable",
    "drop_recipient",
    "find_recipient",
    "find_report",
    "forget_unconfirmed",
    "job_of",
    "list_reports",
    "mark_asked",
    "mark_sent",
]

FREQUENCIES = ("weekly", "monthly")
MOST_REPORTS, MOST_RECIPIENTS = 20, 20
CONFIRM_DAYS = 7
CONFIRM_MS = CONFIRM_DAYS * 86_400_000
BY_LINK = "recipient, by link"
NO_SUCH = Sentence(
    "This link is good no more: the report is gone, you are not among its recipients, or {days} days have passed.", days=CONFIRM_DAYS
)


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """One address that a report goes to once its owner has said so."""

    id: int
    """Never used again: a link that was signed for it means nobody else."""
    email: str
    added_ms: int
    asked_ms: int = 0
    """When the link to confirm was sent; 0 if it could not be yet."""
    confirmed_ms: int = 0
    sent_due_ms: int = 0
    """The last run that reached them."""
    fault: int = 0
    """The mail server's code of the last refusal, 0 for none."""

    def __repr__(self) -> str:
        """Without the address."""
        return f"Recipient(id={self.id})"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a team chooses of a report, besides who gets it."""

    frequency: Literal["weekly", "monthly"]
    day: int
    """Weekly: 0 is Monday. Monthly: 1 to 28."""
    hour: int
    """0 to 23 in the portal's time zone."""
    language: str
    view: str
    """Filters, as the query of the portal's page; empty for all."""


class MailReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report that goes out by itself."""

    id: int
    portal_id: int
    plan: Plan
    created_by: str
    """An operator's e-mail."""
    since_ms: int
    """When its times were chosen: nothing is sent that was due before."""
    recipients: tuple[Recipient, ...] = ()

    @property
    def confirmed(self) -> tuple[Recipient, ...]:
        return tuple(one for one in self.recipients if one.confirmed_ms)

    @property
    def waiting(self) -> tuple[Recipient, ...]:
        """Who did not confirm yet."""
        return tuple(one for one in self.recipients if not one.confirmed_ms)


def job_of(report_id: int) -> str:
    """The name of its job in ``runs``."""
    return f"report {report_id}"


def checked_plan(plan: Plan) -> Plan:
    """Raises BadInput where the day or the hour is none."""
    days = range(7) if plan.frequency == "weekly" else range(1, 29)
    if plan.day not in days or plan.hour not in range(24):
        raise BadInput("Day or hour is not valid. Valid: a day of the week or 1 to 28 of the month, and an hour from 0 to 23.")
    return plan


def deliverable(email: str) -> str:
    """The address as every mail server takes it: lower case, an international domain in ASCII.

    Raises:
        BadInput: it is no address, or its name is not in ASCII.
    """
    name, _, domain = clean_email(email).rpartition("@")
    try:
        return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise BadInput("Mail cannot be sent to {email!r}. Valid: Latin letters before the @, and a domain.", email=email[:100]) from None


def list_reports(database: Database, portal_id: int | None = None) -> list[MailReport]:
    """Those of a portal, or all, by id."""
    with database.reading() as connection:
        return _read(connection, sa.true() if portal_id is None else reports.c.portal_id == portal_id)


def find_report(database: Database, portal_id: int, id: int) -> MailReport:
    """Raises NotFound where the portal has no such report."""
    with database.reading() as connection:
        return _of_id(connection, portal_id, id)


def add_report(database: Database, portal_id: int, plan: Plan, emails: Iterable[str], *, created_by: str, now_ms: int) -> MailReport:
    """A new report; its recipients are yet to be asked.

    Raises:
        BadInput: day, hour or an address is not valid, or there are too many of something.
    """
    values = msgspec.structs.asdict(checked_plan(plan)) | {"portal_id": portal_id, "created_by": created_by, "since_ms": now_ms}
    wanted = _checked_emails(emails)
    with database.writing() as connection:
        if len(_read(connection, reports.c.portal_id == portal_id)) >= MOST_REPORTS:
            raise BadInput("This portal has {most} reports already. Delete one first.", most=MOST_REPORTS)
        key = connection.execute(reports.insert().values(values)).inserted_primary_key
        assert key is not None
        _add_recipients(connection, key[0], wanted, now_ms)
        _note(connection, now_ms, "report added", portal_id, key[0])
        return _of_id(connection, portal_id, key[0])


def change_report(database: Database, report: MailReport, plan: Plan, emails: Iterable[str], *, now_ms: int) -> MailReport:
    """Another plan and other recipients; who stays need not confirm again. With other times, nothing of before is made up for.

    Raises as ``add_report``, and NotFound.
    """
    wanted = _checked_emails(emails)
    with database.writing() as connection:
        before = _of_id(connection, report.portal_id, report.id)
        times = [(one.frequency, one.day, one.hour) for one in (before.plan, plan)]
        since = {"since_ms": now_ms} if times[0] != times[1] else {}
        values = msgspec.structs.asdict(checked_plan(plan)) | since
        connection.execute(reports.update().where(reports.c.id == report.id).values(values))
        known = {one.email for one in before.recipients}
        gone = recipients.c.email.in_(known - set(wanted))
        connection.execute(recipients.delete().where(recipients.c.report_id == report.id, gone))
        _add_recipients(connection, report.id, [email for email in wanted if email not in known], now_ms)
        _note(connection, now_ms, "report changed", report.portal_id, report.id)
        return _of_id(connection, report.portal_id, report.id)


def delete_report(database: Database, report: MailReport, *, now_ms: int) -> None:
    """The report is gone, with its recipients' addresses and its runs."""
    with database.writing() as connection:
        connection.execute(recipients.delete().where(recipients.c.report_id == report.id))
        connection.execute(reports.delete().where(reports.c.id == report.id))
        connection.execute(runs.delete().where(runs.c.job == job_of(report.id)))
        _note(connection, now_ms, "report removed", report.portal_id, report.id)


def find_recipient(database: Database, id: int, *, now_ms: int) -> tuple[MailReport, Recipient]:
    """A recipient with their report; one who waits only as long as the link is good. Raises NotFound."""
    with database.reading() as connection:
        return _recipient(connection, id, now_ms)


def confirm_recipient(database: Database, id: int, *, now_ms: int) -> MailReport:
    """From now on the recipient gets the report. Again changes nothing. Raises NotFound where the link is good no more."""
    with database.writing() as connection:
        report, recipient = _recipient(connection, id, now_ms)
        if not recipient.confirmed_ms:
            connection.execute(recipients.update().where(recipients.c.id == id).values(confirmed_ms=now_ms))
            with acting_as(BY_LINK):
                _note(connection, now_ms, "report confirmed", report.portal_id, report.id)
        return report


def drop_recipient(database: Database, id: int, *, now_ms: int) -> None:
    """The recipient gets nothing more, and the address is gone. Again changes nothing."""
    with database.writing() as connection:
        try:
            report, _ = _recipient(connection, id, 0)
        except NotFound:
            return
        connection.execute(recipients.delete().where(recipients.c.id == id))
        with acting_as(BY_LINK):
            _note(connection, now_ms, "report unsubscribed", report.portal_id, report.id)


def mark_asked(database: Database, id: int, *, now_ms: int, fault: int = 0) -> None:
    """The link to confirm went out, or was refused with that code."""
    with database.writing() as connection:
        connection.execute(recipients.update().where(recipients.c.id == id).values(asked_ms=now_ms, fault=fault))


def mark_sent(database: Database, id: int, due_ms: int, *, fault: int = 0) -> None:
    """The run of that instant reached the recipient, or their address was refused with that code."""
    with database.writing() as connection:
        connection.execute(recipients.update().where(recipients.c.id == id).values(sent_due_ms=due_ms, fault=fault))


def forget_unconfirmed(database: Database, *, now_ms: int) -> int:
    """Take out addresses whose owners did not confirm in time; how many."""
    late = sa.and_(recipients.c.confirmed_ms == 0, _asked() <= now_ms - CONFIRM_MS)
    with database.reading() as connection:
        if connection.execute(sa.select(recipients.c.id).where(late).limit(1)).first() is None:
            return 0
    with database.writing() as connection:
        return int(connection.execute(recipients.delete().where(late)).rowcount)


def _asked() -> sa.ColumnElement[int]:
    """Since when the recipient might have confirmed."""
    return sa.case((recipients.c.asked_ms > 0, recipients.c.asked_ms), else_=recipients.c.added_ms)


def _checked_emails(emails: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(deliverable(email) for email in emails if email.strip()))
    if not wanted:
        raise BadInput("A report needs a recipient. Valid: one address a line.")
    if len(wanted) > MOST_RECIPIENTS:
        raise BadInput("A report has at most {most} recipients. Valid: an address of a list takes one place.", most=MOST_RECIPIENTS)
    return wanted


def _add_recipients(connection: sa.Connection, report_id: int, emails: Iterable[str], now_ms: int) -> None:
    empty = {"asked_ms": 0, "confirmed_ms": 0, "sent_due_ms": 0, "fault": 0}
    for email in emails:
        connection.execute(recipients.insert().values(empty | {"report_id": report_id, "email": email, "added_ms": now_ms}))


def _recipient(connection: sa.Connection, id: int, now_ms: int) -> tuple[MailReport, Recipient]:
    found = _read(connection, reports.c.id == sa.select(recipients.c.report_id).where(recipients.c.id == id).scalar_subquery())
    for report in found:
        for one in report.recipients:
            if one.id == id and (one.confirmed_ms or now_ms < max(one.added_ms, one.asked_ms) + CONFIRM_MS):
                return report, one
    raise NotFound(NO_SUCH)


def _of_id(connection: sa.Connection, portal_id: int, id: int) -> MailReport:
    found = _read(connection, sa.and_(reports.c.portal_id == portal_id, reports.c.id == id))
    if not found:
        raise NotFound("This portal has no such report.")
    return found[0]


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[MailReport]:
    rows = connection.execute(sa.select(reports).where(which).order_by(reports.c.id)).all()
    given: dict[int, list[Recipient]] = {row.id: [] for row in rows}
    for one in connection.execute(sa.select(recipients).where(recipients.c.report_id.in_(given)).order_by(recipients.c.id)):
        values = {name: value for name, value in one._mapping.items() if name != "report_id"}
        given[one.report_id].append(Recipient(**values))
    return [
        MailReport(
            id=row.id,
            portal_id=row.portal_id,
            plan=Plan(frequency=row.frequency, day=row.day, hour=row.hour, language=row.language, view=row.view),
            created_by=row.created_by,
            since_ms=row.since_ms,
            recipients=tuple(given[row.id]),
        )
        for row in rows
    ]


def _note(connection: sa.Connection, now_ms: int, action: str, portal_id: int, report_id: int) -> None:
    """The log keeps two years: it names the report, and nobody who gets it."""
    domain = connection.scalar(sa.select(portals.c.domain).where(portals.c.id == portal_id))
    note(connection, now_ms, action, f"{domain}: {job_of(report_id)}")
