"""Words of reports by e-mail in the reader's language: their subjects, their times and their days."""

from datetime import date

from footfall.control.mail_reports import Plan
from footfall.serve.pages.language import N_, Language

__all__ = ["ASKS", "LISTS", "REPORT", "SUBJECT", "TIDY", "days_said", "plan_said"]

SUBJECT = N_("Report: %(portal)s, %(days)s")
ASKS = N_("Please confirm: reports about %(portal)s by e-mail")
REPORT = N_("Report by e-mail")
LISTS = {"page": N_("Pages"), "source": N_("Sources"), "country": N_("Countries"), "goal": N_("Goals")}
"""What the lists of a report are called, by field."""
TIDY = N_("Old runs and unconfirmed addresses are deleted")
"""REPORT and TIDY are titles of jobs."""


def days_said(language: Language, plan: Plan, first: date, last: date) -> str:
    """``23 – 29 Mar 2026``, or ``March 2026``."""
    return language.span(first, last) if plan.frequency == "weekly" else language.day(first, "yMMMM")


def plan_said(language: Language, plan: Plan) -> str:
    """``weekly, Monday, 08:00``."""
    at = f"{plan.hour:02}:00"
    if plan.frequency == "monthly":
        return language.text(N_("monthly, on day %(day)s, %(time)s"), day=plan.day, time=at)
    name = str(language.locale.days["stand-alone"]["wide"][plan.day])
    return language.text(N_("weekly, %(day)s, %(time)s"), day=name, time=at)
