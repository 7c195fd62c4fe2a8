"""The words of a card: its numbers asked for through the gate when it is written, so that what is kept may be shown."""

from datetime import UTC, date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec

from footfall.control.trends import Card
from footfall.privacy import Released, release
from footfall.reports import question, run
from footfall.store.activity import refusals_by_site
from footfall.store.engine import Engine
from footfall.store.item_topics import pages_by_topic
from footfall.trends.discovery import ORDINARY
from footfall.trends.explain import (
    WEEK,
    Ask,
    Explained,
    Reason,
    Usual,
    Window,
    confidence_of,
    counts_of,
    drivers_of,
    observed_of,
    reason_of,
    spark_of,
)
from footfall.trends.filling import Kept
from footfall.trends.naming import filters_of, name_of
from footfall.trends.panel import Finding, Key
from footfall.trends.tails import ends
from footfall.trends.watching import Look
from footfall.vocabulary import Answer

__all__ = ["Named", "Telling", "asker", "is_refused_more"]

MORE_REFUSED, LEAST_REFUSED = 3.0, 20
"""Over what is usual in an hour, and how many at least."""
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
encoder, decode = msgspec.json.Encoder(), msgspec.json.Decoder(Explained).decode


class Named(Protocol):
    """A calendar of holidays and planned events."""

    def name_of(self, day: date) -> str: ...


class Telling:
    """Tells of one portal's cards; of no use for another look."""

    def __init__(self, engine: Engine, kept: Kept, calendar: Named, *, policy: str, now_ms: int) -> None:
        self._engine, self._kept, self._calendar, self._policy = engine, kept, calendar, policy
        self._ask = asker(engine, kept, policy=policy, now_ms=now_ms)

    def __call__(self, seen: Look, found: Finding | None, card: Card) -> str:
        """JSON of an Explained. Raises Unavailable."""
        return encoder.encode(self._outage(seen, card) if found is None else self._story(seen, found, card)).decode()

    def _story(self, seen: Look, found: Finding, card: Card) -> Explained:
        until = datetime.fromtimestamp(seen.ends_ms / 1000, UTC)
        filters = filters_of(found.key, self._kept, self._pages(found.key))
        began = datetime.fromtimestamp(card.since_ms / 1000, UTC)
        window = Window(*self._local(max(began, until - WEEK), until, seen))
        observed = observed_of(found, seen.visitors.get(found.key, 0), self._policy)
        if card.body and until - began > WEEK:
            # The week before is of the story itself: what drove its first week stands.
            drivers = decode(card.body).drivers
        else:
            drivers = () if filters is None else drivers_of(self._ask, found.key, filters, window)
        line = _line(seen, found.key)
        spark = () if filters is None else spark_of(self._ask, found.key, filters, seen.panel.step, window.ends, line)
        return Explained(
            name=name_of(found.key, self._kept),
            counts=counts_of(found.key[1]),
            observed=observed,
            expected=round(found.mu, 1),
            low=round(found.low, 1),
            high=round(found.high, 1),
            lift=None if observed is None else round(found.lift, 2),
            confidence=confidence_of(found, decode(card.body).confidence) if card.body else confidence_of(found),
            reason=reason_of(drivers, self._calendar.name_of(self._day(seen))),
            drivers=drivers,
            spark=spark,
            told=seen.ends,
        )

    def _outage(self, seen: Look, card: Card) -> Explained:
        """It tells no number of the bucket: there are few or none."""
        key: Key = (self._kept.portal.id, "portal", "")
        until = datetime.fromtimestamp(seen.ends_ms / 1000, UTC)
        return Explained(
            name=name_of(key, self._kept),
            counts=counts_of("portal"),
            observed=None,
            expected=None,
            low=None,
            high=None,
            lift=None,
            confidence="likely",
            reason=Reason("broken_tag" if card.kind == "broken_tag" else "outage"),
            spark=spark_of(self._ask, key, [], seen.panel.step, self._local(until, until, seen)[1], _line(seen, key)),
            told=seen.ends,
        )

    def _pages(self, key: Key) -> dict[str, list[str]]:
        return pages_by_topic(self._engine, key[0]) if key[1] == "topic" else {}

    def _day(self, seen: Look) -> date:
        began = seen.panel.start_of(seen.at)
        return began.date() if seen.panel.step == "day" else began.astimezone(ZoneInfo(self._kept.portal.timezone)).date()

    def _local(self, begins: datetime, ends: datetime, seen: Look) -> tuple[datetime, datetime]:
        """A panel of days has 00:00 UTC for the portal's own midnight."""
        if seen.panel.step == "hour":
            return begins, ends
        zone = ZoneInfo(self._kept.portal.timezone)
        return begins.replace(tzinfo=zone), ends.replace(tzinfo=zone)


def asker(engine: Engine, kept: Kept, *, policy: str, now_ms: int) -> Ask:
    """Answers questions of the portal under the policy."""

    def ask(body: dict[str, Any]) -> Released[Answer]:
        asked = question.parse(body | {"site_id": kept.portal.domain}, portal=kept.portal, goals=kept.goals, now_ms=now_ms)
        return release(run.answer(asked, engine, None), policy)

    return ask


def is_refused_more(engine: Engine, site: int, begins_ms: int, ends_ms: int) -> bool:
    """Whether a portal's events are turned away as they were not a day before: its tag sends what cannot be read. Raises Unavailable."""

    def refused(from_ms: int, to_ms: int) -> int:
        return sum(count for *_, count in refusals_by_site(engine, [site], from_ms=from_ms, to_ms=to_ms))

    hours = max(1, (ends_ms - begins_ms) // HOUR_MS)
    usual = refused(begins_ms - DAY_MS, begins_ms) / (DAY_MS / HOUR_MS)
    return refused(begins_ms, ends_ms) >= max(LEAST_REFUSED, MORE_REFUSED * usual * hours)


def _line(seen: Look, key: Key) -> dict[int, Usual]:
    """What was expected, by the number of buckets before the last."""
    row = seen.row_of(*key[1:])
    if row is None:
        return {}
    mu = seen.expected.mu[row]
    low, high = ends(mu, seen.expected.dispersion[row], ORDINARY)
    known = (at for at in range(seen.at + 1) if mu[at] == mu[at])
    return {seen.at - at: (round(float(mu[at]), 1), round(float(low[at]), 1), round(float(high[at]), 1)) for at in known}
