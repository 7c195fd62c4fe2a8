"""Sends a message to a channel, and says what came of it."""

from datetime import UTC, datetime

import msgspec

from footfall.control.alerts import Channel, Kind, Where, note_test, where_of
from footfall.control.operators import find_operator
from footfall.control.roles import may
from footfall.control.transactions import Database
from footfall.errors import BadInput, NotFound, Unavailable
from footfall.sentences import Sentence
from footfall.serve.alerting.letter import Letter, trial
from footfall.serve.alerting.ways import Outcome, tell
from footfall.serve.mail.post import open_post
from footfall.serve.mail.write import Desktop
from footfall.serve.pages.language import language
from footfall.serve.secret import Signer
from footfall.serve.webhook_jobs import post_signed
from footfall.settings import Settings
from footfall.vocabulary import Clock, Portal

__all__ = ["ALERT", "Sender", "check_reader", "not_taken", "send", "send_trial"]

ALERT = "alert"
"""Type of a webhook's message."""
NOT_TAKEN = Sentence("The channel did not take the message.")


class Told(msgspec.Struct, kw_only=True):
    """What a webhook is sent."""

    type: str
    timestamp: str
    data: "ToldData"


class ToldData(msgspec.Struct, kw_only=True):
    portal: str
    title: str
    alerts: list[dict[str, object]]


class Sender(msgspec.Struct, frozen=True):
    """What sending needs."""

    control: Database
    settings: Settings
    signer: Signer
    now: Clock


def send(sender: Sender, portal: Portal, channel: Channel, letter: Letter, message: str) -> Outcome:
    """Send it; ``message`` is its id, the same when it is sent again.

    Raises:
        BadInput: the address is inside a network that is not allowed, or whoever reads it may not see the portal any more.
        NotFound: the channel is gone.
        Unavailable: no mail server is set, or it cannot be used.
    """
    where = where_of(sender.control, channel)
    if channel.kind == "email":
        return _by_mail(sender, portal, channel, where, letter)
    if channel.kind == "webhook":
        return _by_webhook(sender, portal, where, letter, message)
    return tell(where.address, letter.title, letter.text, sender.settings.source_networks)


def send_trial(sender: Sender, portal: Portal, channel: Channel) -> None:
    """Send a message that says that it is a test, whatever the hour. Raises as ``send``, and Unavailable where it is not taken."""
    now_ms = sender.now()
    note_test(sender.control, portal, channel, now_ms=now_ms)
    if not send(sender, portal, channel, trial(portal, channel), f"alert_{channel.id}_test_{now_ms}").is_sent:
        raise not_taken()


def not_taken() -> Unavailable:
    """What is said where a channel answers that it will not, or does not answer."""
    return Unavailable(NOT_TAKEN)


def check_reader(control: Database, portal: Portal, kind: Kind, address: str, role: str) -> None:
    """Mail goes to operators alone, and to those who have the channel's role on the portal. Raises BadInput for anybody else."""
    if kind != "email":
        return
    try:
        is_reader = may(find_operator(control, address), role, portal)
    except NotFound:
        is_reader = False
    if not is_reader:
        raise BadInput("Mail goes to operators who have that role on the portal. Others get reports by e-mail, once they confirmed.")


def _by_mail(sender: Sender, portal: Portal, channel: Channel, where: Where, letter: Letter) -> Outcome:
    check_reader(sender.control, portal, channel.kind, where.address, channel.plan.role)
    desktop, page = Desktop(sender.settings, sender.signer, sender.now()), f"/portals/{portal.domain}/alerts"
    spoken = language(channel.plan.language)
    with open_post(sender.settings) as post:
        code = post.send(desktop.write_alert(letter.title, letter.items, page, spoken, where.address), where.address)
    return Outcome(code == 0, code)


def _by_webhook(sender: Sender, portal: Portal, where: Where, letter: Letter, message: str) -> Outcome:
    now_s = sender.now() // 1000
    alerts: list[dict[str, object]] = [{"id": one.id, "title": one.title, "lines": one.lines, "url": one.link} for one in letter.items]
    data = ToldData(portal=portal.domain, title=letter.title, alerts=alerts)
    told = Told(type=ALERT, timestamp=datetime.fromtimestamp(now_s, UTC).isoformat(), data=data)
    status = post_signed(sender.settings, where.address, where.secret, message, msgspec.json.encode(told), now_s)
    return Outcome(200 <= status < 300, status)
