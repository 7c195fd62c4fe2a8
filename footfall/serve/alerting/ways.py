"""The ways to a channel: this server's mail, a signed webhook, and Telegram, Slack and Teams through the library Apprise.

An address inside a network is refused as everywhere (setting ``source_networks``), and nothing of an address leaves in an error or a log.
"""

import logging
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from apprise import Apprise, AppriseAsset

from footfall.control.alerts import Kind
from footfall.control.mail_reports import deliverable
from footfall.control.webhooks import address_of
from footfall.errors import BadInput
from footfall.sentences import Sentence
from footfall.serve.webhook_jobs import refuse_plain
from footfall.settings import Settings
from footfall.sources.connectors.addresses import checked_address

__all__ = ["Outcome", "checked_where", "tell"]

LONGEST = 1000
TELEGRAM = re.compile(r"(?P<token>\d{5,20}:[\w-]{20,60})/(?P<chat>-?\d{3,20}|@\w{4,40})")
HOSTS = {"tgram": "api.telegram.org"}
"""Of addresses whose host is not in them."""
SLACK = ("hooks.slack.com", "hooks.slack-gov.com")
TEAMS = (".logic.azure.com", ".logic.azure.us", ".logic.azure.cn", ".api.powerplatform.com", ".powerplatform.microsoft.us")
"""How hosts end that take workflows."""
PLUGINS = {"slack": "NotifySlack", "teams": "NotifyWorkflows"}
KEPT_OF_QUERY = ("api-version", "sp", "sv", "sig")
"""TRICKY: others would be options of Apprise, such as not to look at certificates."""
NOT_NATIVE = Sentence("That is no such address. Valid: the https address that Slack or Teams shows for an incoming webhook or workflow.")
SECRETIVE = logging.getLogger("apprise")
SECRETIVE.disabled = True
"""It would write answers of services down, some with what was asked."""


class Outcome(msgspec.Struct, frozen=True):
    """What came of a message."""

    is_sent: bool
    status: int = 0
    """What was answered, or what a mail server said; 0: nothing, or it was not told."""


def checked_where(settings: Settings, kind: Kind, given: str) -> tuple[str, str]:
    """The address as it is kept, and masked. Nothing is asked over the network.

    Raises:
        BadInput: it is none of that kind; the sentence says what one looks like, and repeats nothing of it.
    """
    given = given.strip()
    if len(given) > LONGEST:
        raise BadInput("An address has at most {most} characters.", most=LONGEST)
    if kind == "email":
        email = deliverable(given)
        return email, email
    if kind == "webhook":
        return _webhook(settings, given)
    return _telegram(given) if kind == "telegram" else _native(kind, given)


def tell(address: str, title: str, body: str, allowed: Iterable[str]) -> Outcome:
    """Send it to an address of Apprise.

    Raises:
        BadInput: its host is inside a network that is not allowed.
    """
    parts = urlsplit(address)
    host = HOSTS.get(parts.scheme) or parts.hostname or ""
    try:
        checked_address(host, parts.port or 443, allowed)
    except OSError:
        return Outcome(False)
    service = Apprise.instantiate(address, asset=_asset())
    return Outcome(service is not None and bool(service.notify(title=title, body=body)))


def _asset() -> AppriseAsset:
    """No picture is loaded from elsewhere, nothing is kept on disk, and no redirect is followed: it was not checked."""
    return AppriseAsset(
        app_id="Footfall",
        app_desc="Footfall",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        http_redirects=False,
        storage_mode="memory",
        body_format="text",
    )


def _webhook(settings: Settings, url: str) -> tuple[str, str]:
    refuse_plain(settings, url)
    parts = address_of(url)
    return url, f"{parts.scheme}://{parts.netloc}/…"


def _telegram(given: str) -> tuple[str, str]:
    found = TELEGRAM.fullmatch(given)
    if found is None:
        raise BadInput("That is no address of Telegram. Valid: TOKEN_OF_THE_BOT/CHAT, such as 123456789:AAE…/-1001234567890.")
    chat = found["chat"]
    return f"tgram://{found['token']}/{chat}", f"{found['token'].partition(':')[0]}:…/{chat[:2]}…{chat[-2:]}"


def _native(kind: Kind, given: str) -> tuple[str, str]:
    try:
        parts = urlsplit(given)
    except ValueError:
        raise BadInput(NOT_NATIVE) from None
    host = parts.hostname or ""
    is_theirs = host in SLACK if kind == "slack" else host.endswith(TEAMS)
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name in KEPT_OF_QUERY])
    address = parts._replace(query=query, fragment="").geturl()
    is_plain = parts.scheme == "https" and parts.username is None and is_theirs
    if not is_plain or type(Apprise.instantiate(address, asset=_asset())).__name__ != PLUGINS[kind]:
        raise BadInput(NOT_NATIVE)
    return address, f"https://{host}/…"
