"""What there is to tell a channel: cards of trends and outages that are new, and targets whose state became another."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from footfall.control.alerts import Channel, Logged
from footfall.control.roles import Grant, Operator
from footfall.control.targets import Change, Target, changes_since, list_targets
from footfall.control.transactions import Database
from footfall.control.trends import Card, list_cards
from footfall.vocabulary import Portal

__all__ = ["MaySee", "News", "reader_for", "waiting_for"]

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
"""What waits longer is old."""
BROKEN = ("outage", "broken_tag")
SEEN = ("emerging", "trend", "fading")
TOLD_STATES = {"missed": 60.0, "at_risk": 40.0, "met": 20.0, "on_track": 5.0}
"""Of targets, with what they count beside trends, whose scores are some 4 to 40 standard deviations."""
OUTAGE = 1000.0

MaySee = Callable[[Target], bool]
"""Whether readers of a channel may see what a target counts."""


class News(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to tell."""

    id: str
    """As the log has it."""
    at_ms: int
    rank: float
    """The higher the better."""
    card: Card | None = None
    change: Change | None = None
    target: Target | None = None
    """Of the change."""


def reader_for(channel: Channel) -> Operator:
    """Whoever reads the channel, as an operator of its role."""
    return Operator(id=0, email="", name="", grants=(Grant(channel.plan.role, "portal", str(channel.site)),))


def waiting_for(control: Database, portal: Portal, channel: Channel, log: Iterable[Logged], may_see: MaySee, *, now_ms: int) -> list[News]:
    """What the channel was not told of yet: nothing older than itself or than a week, and no target on a dataset it may not see.

    Raises Unavailable.
    """
    since_ms = max(channel.created_ms, now_ms - WEEK_MS)
    told = {one.news for one in log if one.state != "waits"}
    found = _cards(control, portal, channel, since_ms) + _changes(control, channel, since_ms, may_see)
    return [one for one in found if one.id not in told]


def _cards(control: Database, portal: Portal, channel: Channel, since_ms: int) -> list[News]:
    """An outage is told even when it is over; what only may be a trend, or was none, is not."""
    about, found = channel.plan.about, []
    for card in list_cards(control, [channel.site], since_ms=since_ms - DAY_MS):
        is_broken = card.kind in BROKEN
        at_ms = _found_ms(card, portal.timezone)
        if at_ms > since_ms and (is_broken or card.state in SEEN) and ("outages" if is_broken else "trends") in about:
            rank = OUTAGE * is_broken + card.strength
            found.append(News(id=f"trend {card.id}", at_ms=at_ms, rank=rank, card=card))
    return found


def _found_ms(card: Card, timezone: str) -> int:
    """TRICKY: a card of days has 00:00 UTC for the portal's own midnight."""
    if card.step == "hour":
        return card.found_ms
    day = datetime.fromtimestamp(card.found_ms / 1000, UTC).replace(tzinfo=ZoneInfo(timezone))
    return int(day.timestamp() * 1000)


def _changes(control: Database, channel: Channel, since_ms: int, may_see: MaySee) -> list[News]:
    """Of each target its last change, where that is something to know: none from not known to on track, for one."""
    if "targets" not in channel.plan.about:
        return []
    targets = {one.target.id: one.target for one in list_targets(control, channel.site)}
    last: dict[int, Change] = {}
    for change in changes_since(control, since_ms) if targets else ():
        last.setdefault(change.target, change)
    return [
        News(id=f"target change {change.id}", at_ms=change.at_ms, rank=TOLD_STATES[change.state], change=change, target=target)
        for change in last.values()
        if (target := targets.get(change.target)) and _is_told(change) and may_see(target)
    ]


def _is_told(change: Change) -> bool:
    had_state = change.before not in ("", "unknown")
    return change.state in ("at_risk", "missed") or (had_state and change.state in TOLD_STATES)
