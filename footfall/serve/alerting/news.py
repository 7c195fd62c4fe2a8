"""What there is to tell a channel: cards of trends and outages that are new, and targets whose state became another."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from footfall.control.alerts import Channel, Logged
from footfall.control.roles import Grant, Operator
from footfall.control.targets import Change, Target, changes_since, list_targets
from footfall.control.transactions import Database
from footfall.control.trends import Card, city_news, dataset_of, kept_of, list_cards
from footfall.vocabulary import Portal

__all__ = ["MaySee", "News", "dated", "is_news", "reader_for", "waiting_for"]

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
"""What waits longer is old."""
BROKEN = ("outage", "broken_tag")
SEEN = ("emerging", "trend", "fading")
TOLD_STATES = {"missed": 60.0, "at_risk": 40.0, "met": 20.0, "on_track": 5.0}
"""Of targets, with what they count beside trends, whose scores are some 4 to 40 standard deviations."""
OUTAGE = 1000.0
TREND = "trend "

MaySee = Callable[[str], bool]
"""Whether readers of a channel may see a dataset."""


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
    """What the channel was not told of yet: nothing older than itself or than a week, and nothing of a dataset it may not see.

    Raises Unavailable.
    """
    since_ms = max(channel.created_ms, now_ms - WEEK_MS)
    told = _told(control, {one.news for one in log if one.state != "waits"})
    found = _cards(control, portal, channel, since_ms) + _of_city(control, channel, since_ms, may_see)
    found += _changes(control, channel, since_ms, may_see)
    return [one for one in found if one.id not in told]


def is_news(card: Card) -> bool:
    """An outage is told even when it is over; what only may be a trend, or was none, is not."""
    return card.kind in BROKEN or card.state in SEEN


def dated(card: Card, now_ms: int) -> Card:
    """A card of the city's data, which may come late: it is news since it is here, not since the day it tells of."""
    return msgspec.structs.replace(card, news_ms=now_ms) if is_news(card) and not card.news_ms else card


def _told(control: Database, told: set[str]) -> set[str]:
    """With them the cards that took in one that was told: the same story."""
    ids = [int(one.removeprefix(TREND)) for one in told if one.startswith(TREND)]
    return told | {f"{TREND}{kept}" for kept in kept_of(control, ids).values()} if ids else told


def _cards(control: Database, portal: Portal, channel: Channel, since_ms: int) -> list[News]:
    cards = list_cards(control, [channel.site], since_ms=since_ms - DAY_MS)
    found = (
        _of(card, _found_ms(card, portal.timezone)) for card in cards if is_news(card) and _subject(card, "trends") in channel.plan.about
    )
    return [one for one in found if one.at_ms > since_ms]


def _of_city(control: Database, channel: Channel, since_ms: int, may_see: MaySee) -> list[News]:
    """Of the city's data; that they are not whole is told who hears of outages too."""
    about = channel.plan.about
    if "city" not in about:
        return []
    cards = (card for card in city_news(control, since_ms) if is_news(card) and _subject(card, "city") in about)
    return [_of(card, card.news_ms) for card in cards if may_see(dataset_of(card))]


def _subject(card: Card, otherwise: str) -> str:
    return "outages" if card.kind in BROKEN else otherwise


def _of(card: Card, at_ms: int) -> News:
    return News(id=f"{TREND}{card.id}", at_ms=at_ms, rank=OUTAGE * (card.kind in BROKEN) + card.strength, card=card)


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
        if (target := targets.get(change.target)) and _is_told(change) and (target.measure is None or may_see(target.measure.dataset))
    ]


def _is_told(change: Change) -> bool:
    had_state = change.before not in ("", "unknown")
    return change.state in ("at_risk", "missed") or (had_state and change.state in TOLD_STATES)
