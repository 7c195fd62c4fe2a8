"""An office that sends reports by e-mail: a desk whose clock stands where a test puts it, and events of a portal in Moscow."""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from footfall.collect.days import day_of
from footfall.control.mail_reports import MailReport, Plan, add_report, confirm_recipient, find_report, job_of
from footfall.control.runs import Run, last_runs
from footfall.serve.house import open_desk
from footfall.serve.jobs import Jobs
from footfall.serve.mail.sending import mail_jobs
from footfall.serve.secret import Signer
from footfall.settings import read_settings
from footfall.vocabulary import Hit, Portal
from tests.support.build import ms
from tests.support.mail_server import MailServer

__all__ = ["ANN", "BOB", "DAY_MS", "DUE", "EVE", "SIGNER", "WEEKLY", "Office", "visits"]

WEEKLY = Plan(frequency="weekly", day=0, hour=8, language="en", view="")
DUE = ms("2026-03-30T08:00:00+03:00")
DAY_MS = 86_400_000
SIGNER = Signer(b"s" * 32)
ANN, BOB, EVE = "ann@example.city", "bob@example.city", "eve@example.city"


class Office:
    """A desk whose clock stands where a test puts it, its jobs, and a mail server."""

    def __init__(self, folder: Path, server: MailServer, **settings: Any) -> None:
        self.now_ms, self.server, self.is_stopping = DUE, server, False
        given = {"home": str(folder), "policy": "exact"} | server.settings | settings
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("footfall.serve.house.make_clock", lambda now: lambda: self.now_ms)
            self.desk = open_desk(read_settings({}, **given))
        self.control = self.desk.control
        stopped = lambda: self.is_stopping  # noqa: E731
        self.jobs = Jobs(self.control, lambda: mail_jobs(self.desk, SIGNER, stopped)[:-1], now=lambda: self.now_ms, stopped=stopped)

    def load(self, portal: Portal, *hits: Hit) -> None:
        path = self.desk.journal_folder / f"{DUE - 10 * DAY_MS:013d}-{os.urandom(8).hex()}-000000.ndjson"
        path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in hits))
        self.desk.loader.load_waiting()

    def report(self, portal: Portal, *emails: str, plan: Plan = WEEKLY, since_ms: int = DUE - DAY_MS) -> MailReport:
        """One that its recipients have confirmed."""
        report = add_report(self.control, portal.id, plan, emails or (ANN,), created_by="chief@example.city", now_ms=since_ms)
        for one in report.recipients:
            confirm_recipient(self.control, one.id, now_ms=since_ms)
        return find_report(self.control, portal.id, report.id)

    def run(self, report: MailReport) -> Run:
        return last_runs(self.control)[job_of(report.id)]

    def set(self, **settings: Any) -> None:
        """Other settings, from now on."""
        self.desk.settings = msgspec.structs.replace(self.desk.settings, **settings)


def visits(portal: Portal, day: str, path: str, visitors: int, *, first: int = 1, **origin: str) -> list[Hit]:
    """So many visitors with a page view each at noon of a local day in Moscow, the first of them with a second one."""
    noon_ms = ms(f"{day}T12:00:00+03:00")
    views = [(noon_ms + number * 1000, number) for number in range(first, first + visitors)] + [(noon_ms + 60_000, first)]
    common: dict[str, Any] = {"site": portal.id, "name": "pageview", "hostname": portal.domain, "path": path, **origin}
    return [Hit(time_ms=at, day=day_of(portal.timezone, at), visitor=int(day[-2:]) * 1000 + number, **common) for at, number in views]
