"""What the API tells and takes of trends. Instants are ISO texts; of a card of days it is its date at 00:00 UTC."""

import msgspec

from footfall.control.trends import Kind, State, Step, Verdict
from footfall.trends.explain import Explained

__all__ = ["Feedback", "Judged", "Member", "TrendList", "TrendShown", "Verdicts"]


class Member(msgspec.Struct, frozen=True):
    """A series of a story."""

    dimension: str
    """page, section, topic, search, search_zero, service_step, goal, source, channel, region, city or portal; of the city's data measure
    (``DATASET:MEASURE``) or measure_place (``DATASET:MEASURE:PLACE``)."""
    key: str


class Verdicts(msgspec.Struct, frozen=True):
    """What people said of a card."""

    useful: int = 0
    noise: int = 0


class TrendShown(Explained, frozen=True, kw_only=True):
    """A card: something that rises, falls or is broken, with what may be told of it."""

    id: int
    portal: str
    """Its domain; empty: of the city's data."""
    step: Step
    kind: Kind
    state: State
    dimension: str
    """Of the series that tells best what it is about."""
    key: str
    members: tuple[Member, ...]
    """All series in it, that one first."""
    since: str
    """When it began, by its series."""
    found: str
    """When it was found: the end of that bucket."""
    looked: str
    """The end of the bucket that was looked at last."""
    closed: str
    """Empty: open."""
    feedback: Verdicts
    next: tuple[str, ...]
    """What can be done: annotate, target, placement; nothing about the city's data."""


class TrendList(msgspec.Struct, frozen=True):
    """Cards, what began last first."""

    trends: tuple[TrendShown, ...]


class Feedback(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody thinks of a card."""

    verdict: Verdict


class Judged(msgspec.Struct, frozen=True):
    """What follows from it."""

    feedback: Verdicts
    strictness: float
    """Of the portal from now on; of the city's data it stays 1. 1 is ordinary, with a tenth of false alarms among its cards at most; 2 is
    strictest."""
