"""What every answer about made visits must be, counted on whole visits. Knows no visit rule and no store."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import msgspec

from footfall.demo.simulator import MadeVisit

__all__ = ["Counts", "Truth", "truth_of"]

DIRECT = "Direct / None"


class Counts(msgspec.Struct):
    """Sums over some visits; ratios are made out of them at the end."""

    visitors: int = 0
    """Visitor-days."""
    visits: int = 0
    pageviews: int = 0
    events: int = 0
    """Page views and custom events."""
    bounces: int = 0
    duration_s: int = 0
    """Sum of whole seconds from first to last event that is not engagement."""

    @property
    def bounce_rate(self) -> int:
        """Whole percent, halves to even; 0 without visits."""
        return round(Fraction(100 * self.bounces, self.visits)) if self.visits else 0

    @property
    def visit_duration(self) -> int:
        """Mean in whole seconds, halves to even; 0 without visits."""
        return round(Fraction(self.duration_s, self.visits)) if self.visits else 0


class Truth(msgspec.Struct):
    """A portal's truth. Visits over midnight count on the day of their last event, page views and events on their own."""

    total: Counts
    days: dict[str, Counts]
    """By local date, YYYY-MM-DD."""
    sources: dict[str, Counts]
    """By source, ``Direct / None`` included."""


def truth_of(visits: Iterable[MadeVisit], *, timezone: str) -> Truth:
    """The counts of those visits, whatever their order."""
    zone = ZoneInfo(timezone)
    truth = Truth(Counts(), defaultdict(Counts), defaultdict(Counts))
    visitors: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for visit in visits:
        counted = [event for event in visit.events if event.name != "engagement"]
        dates = [_date(event.time_s, zone) for event in counted]
        source = visit.source.source or DIRECT
        for counts in (truth.total, truth.days[dates[-1]], truth.sources[source]):
            _add_visit(counts, visit)
        for counts in (truth.total, truth.sources[source]):
            _add_events(counts, [event.name for event in counted])
        for day, event in zip(dates, counted, strict=True):
            _add_events(truth.days[day], [event.name])
        for group in (("total", ""), ("day", dates[-1]), ("source", source)):
            visitors[group].add((visit.day, visit.visitor))
    for (kind, name), who in visitors.items():
        group_counts = {"day": truth.days, "source": truth.sources}
        counts = group_counts[kind][name] if kind in group_counts else truth.total
        counts.visitors = len(who)
    return Truth(truth.total, dict(truth.days), dict(truth.sources))


def _add_visit(counts: Counts, visit: MadeVisit) -> None:
    counted = [event for event in visit.events if event.name != "engagement"]
    counts.visits += 1
    counts.bounces += [event.name for event in counted] == ["pageview"]
    counts.duration_s += counted[-1].time_s - counted[0].time_s


def _add_events(counts: Counts, names: list[str]) -> None:
    counts.events += len(names)
    counts.pageviews += names.count("pageview")


def _date(time_s: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(time_s, zone).date().isoformat()
