"""Writes mails: the text and the HTML of the same words, in the recipient's language. No picture, nothing that tells who read it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any
from urllib.parse import quote

import msgspec

from footfall.control.mail_reports import CONFIRM_DAYS, MailReport, Plan, Recipient
from footfall.privacy.policy import OUTSIDE
from footfall.serve.mail.letter import Letter
from footfall.serve.pages.frame import text_of
from footfall.serve.pages.language import Language
from footfall.serve.pages.mail_words import ASKS, LISTS, SUBJECT, days_said, plan_said
from footfall.serve.secret import Signer
from footfall.settings import Settings
from footfall.vocabulary import Portal

__all__ = ["CONFIRM", "UNSUBSCRIBE", "Desktop", "recipient_of"]

CONFIRM, UNSUBSCRIBE = "confirm", "unsubscribe"
BARS = "▁▂▃▄▅▆▇█"
BLANK = "·"
TALLEST_PX = 48


class Bar(msgspec.Struct, frozen=True):
    """One day."""

    day: date
    value: int | None
    sign: str
    """A character as high as the value."""
    height_px: int


class Desktop:
    """Writes the mails of one server: it knows its address, its sender, and signs links."""

    def __init__(self, settings: Settings, signer: Signer, now_ms: int) -> None:
        self._base, self._sender = settings.public_url.rstrip("/"), settings.smtp_from
        self._signer, self._now_ms = signer, now_ms

    def write_report(self, letter: Letter, plan: Plan, language: Language, to: str, recipient: Recipient | None) -> EmailMessage:
        """The report for one reader; without a recipient it is a test, which nobody can unsubscribe from."""
        days = days_said(language, plan, letter.first, letter.last)
        link = f"{self._base}/portals/{quote(letter.portal.domain, safe='')}{letter.view.as_query()}"
        leave = self._link(UNSUBSCRIBE, recipient) if recipient else ""
        values = {
            "letter": letter,
            "days": days,
            "link": link,
            "leave": leave,
            "bars": _bars(letter),
            "names": LISTS,
            "cohort": OUTSIDE.smallest_cohort,
            "title": self._subject(language, letter, days),
        }
        message = self._message(language, "report", values, to)
        if leave:
            message["List-Unsubscribe"] = f"<{leave}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return message

    def write_question(self, portal: Portal, report: MailReport, recipient: Recipient, language: Language) -> EmailMessage:
        """Whether the recipient wants the report: nothing else is sent before they say so."""
        values = {
            "title": language.text(ASKS, portal=portal.domain),
            "portal": portal,
            "plan": plan_said(language, report.plan),
            "asked_by": report.created_by,
            "link": self._link(CONFIRM, recipient),
            "days": CONFIRM_DAYS,
        }
        return self._message(language, "question", values, recipient.email)

    def write_alert(self, title: str, items: Sequence[object], page: str, language: Language, to: str) -> EmailMessage:
        """What alerts tell: each of ``items`` with its title, lines and link. ``page``: path of the one where they are set up."""
        values = {"title": title, "items": items, "page": f"{self._base}{page}"}
        return self._message(language, "alert", values, to)

    def _link(self, purpose: str, recipient: Recipient) -> str:
        return f"{self._base}/mail/{purpose}/{self._signer.sign(f'mail {purpose}', str(recipient.id))}"

    def _subject(self, language: Language, letter: Letter, days: str) -> str:
        return language.text(SUBJECT, portal=letter.portal.domain, days=days)

    def _message(self, language: Language, template: str, values: dict[str, Any], to: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        name, sender = parseaddr(self._sender)
        message["Subject"] = values["title"]
        message["From"] = Address(name or "Footfall", addr_spec=sender)
        message["To"] = Address(addr_spec=to)
        message["Date"] = format_datetime(datetime.fromtimestamp(self._now_ms / 1000, UTC))
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text_of(f"mail/{template}.txt", language, code=language.code, **values))
        message.add_alternative(text_of(f"mail/{template}.html", language, code=language.code, **values), subtype="html")
        # TRICKY: content of its own takes every Content- header that is there already with it.
        message["Content-Language"] = language.code
        return message


def recipient_of(signer: Signer, purpose: str, token: str) -> int:
    """The recipient whom a link was signed for; 0 where it was not signed for that purpose."""
    signed = signer.read(f"mail {purpose}", token)
    return int(signed) if signed.isdecimal() else 0


def _bars(letter: Letter) -> tuple[Bar, ...]:
    top = max((value for _, value in letter.days if value is not None), default=0) or 1
    return tuple(Bar(day, value, _sign(value, top), 0 if value is None else round(TALLEST_PX * value / top)) for day, value in letter.days)


def _sign(value: int | None, top: int) -> str:
    return BLANK if value is None else BARS[round((len(BARS) - 1) * value / top)]
