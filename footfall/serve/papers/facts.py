"""What every paper is written from: settings, portals, who may see numbers. No question to the store, and nothing of visitors."""

from collections import Counter
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

from footfall import __version__
from footfall.control.alerts import list_channels
from footfall.control.database import Control
from footfall.control.keys import Key, list_keys
from footfall.control.mail_reports import list_reports
from footfall.control.operators import list_operators
from footfall.control.shares import list_shares
from footfall.settings import Settings
from footfall.vocabulary import Portal

__all__ = ["TO_FILL_IN", "Facts", "Recipients", "facts_of", "table"]

TO_FILL_IN = "(to be filled in)"


class Recipients(msgspec.Struct, frozen=True, kw_only=True):
    """Who may see numbers. Operators by their roles, not by their names: papers travel."""

    operators: dict[str, int]
    """Enabled ones, by role; one with several roles counts in each."""
    keys: tuple[Key, ...]
    links: int
    """Shared pages and embedded panels."""
    mailed: int
    """Confirmed recipients of reports by e-mail."""
    told: tuple[str, ...] = ()
    """Kinds of channels that alerts go to: email, telegram …"""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """As they stood."""

    at: datetime
    version: str
    settings: Settings
    portals: tuple[Portal, ...]
    recipients: Recipients

    @property
    def controller(self) -> str:
        """Who answers for it all."""
        return self.settings.controller or TO_FILL_IN

    @property
    def kept_days(self) -> int:
        """The longest that any portal keeps events."""
        return max((portal.keep_events for portal in self.portals), default=0)

    @property
    def sends(self) -> str:
        """What leaves by itself, and whither."""
        mail, login = self.settings.smtp_host, urlsplit(self.settings.oidc_issuer).hostname
        found = [f"reports by e-mail through {mail}"] if mail else []
        found += [f"operators' sign-ins to {login}"] if login else []
        found += [f"alerts, with counts that passed the gate, by {', '.join(self.recipients.told)}"] if self.recipients.told else []
        return f"Leaves by itself: {', '.join(found)}." if found else "Footfall sends nothing to anybody by itself."

    @property
    def is_cnil(self) -> bool:
        return self.settings.profile == "cnil"


def facts_of(settings: Settings, control: Control, now_ms: int) -> Facts:
    """Read now. Raises Unavailable."""
    portals = control.portals()
    roles = Counter(role for one in list_operators(control) if not one.disabled for role in {grant.role for grant in one.grants})
    confirmed = (one for report in list_reports(control) for one in report.recipients if one.confirmed_ms)
    recipients = Recipients(
        operators=dict(sorted(roles.items())),
        keys=tuple(list_keys(control)),
        links=sum(len(list_shares(control, portal, now_ms=now_ms)) for portal in portals),
        mailed=sum(1 for _ in confirmed),
        told=tuple(sorted({channel.kind for channel in list_channels(control)})),
    )
    at = datetime.fromtimestamp(now_ms // 1000, UTC)
    return Facts(at=at, version=__version__, settings=settings, portals=portals, recipients=recipients)


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(cell: object) -> str:
    return str(cell).replace("|", "\\|").replace("\n", " ")
