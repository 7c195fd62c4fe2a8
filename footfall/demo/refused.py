"""What the door of the demo city turned away in the past: robots most of all, and once a flood."""

import random
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from footfall.demo.city import DemoPortal
from footfall.demo.simulator import Span

__all__ = ["make_refusals"]

A_VISITOR = {"bot": 0.3, "prefetch": 0.5, "spam_referrer": 0.02}
"""Refused events by reason, for each visitor of an ordinary day."""
FLOOD_AGO, FLOOD = 23, ("rate_limit", 940)
"""Days before the last, and the events of one reason."""


def make_refusals(portal: DemoPortal, site: int, span: Span, *, seed: int) -> list[tuple[int, int, str, int]]:
    """(site, minute as epoch seconds, reason, count) of each day of the span but the last, which is not over. Same seed, same refusals."""
    chance, zone = random.Random(f"{seed} {portal.domain}"), ZoneInfo(portal.timezone)
    found = []
    for day in range(span.days - 1):
        counts = {reason: round(portal.daily_visitors * each * chance.uniform(0.7, 1.3)) for reason, each in A_VISITOR.items()}
        if span.days - 1 - day == FLOOD_AGO:
            counts |= dict([FLOOD])
        for reason, count in counts.items():
            at = datetime.combine(span.first_day + timedelta(days=day), time(chance.randrange(24), chance.randrange(60)), zone)
            found.append((site, int(at.timestamp()), reason, count))
    return [refusal for refusal in found if span.until_s is None or refusal[1] < span.until_s]
