"""What participation looks like, for pages and the API's schema."""

from typing import Any

import msgspec

from footfall.reports.participation import Backtest, Forecast

__all__ = ["Group", "ParticipationAnswer", "Story"]


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """An event from interest to attendance. Numbers that are ``None`` are too few to tell, or there are none."""

    event: str
    kind: str
    path: str
    """Of its page on the portal; empty: it has none there."""
    interest: int | None
    """Visitors by day of its page."""
    searches: int | None
    """Visitors by day who searched the portal for it."""
    calendar: int | None
    """Visitors by day who put it into a calendar on its page."""
    registrations: int | None
    """Visitors by day who reached one of the portal's goals on its page."""
    occasions: int
    """Days on which attendance was counted."""
    attendance: float | None
    similar: float | None
    """Median attendance of other events of its kind."""
    similar_of: int
    """Occasions that it is of."""
    forecast: Forecast | None
    """Of the next occasion, were it now."""


class Group(msgspec.Struct, frozen=True):
    """Attendance of a kind, a place or a season."""

    name: str
    attendance: float
    occasions: int
    """Days of events that it is of; 0 where that is not told."""


class ParticipationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Events of the city beside what a portal's visitors did about them: aggregates by event alone."""

    events: list[Story]
    kinds: list[Group]
    districts: list[Group]
    seasons: list[Group]
    backtest: Backtest
    meta: dict[str, Any]
    query: dict[str, Any]
