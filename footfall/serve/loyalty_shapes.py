"""What loyalty looks like, for pages and the API's schema."""

from datetime import date
from typing import Any

import msgspec

from footfall.reports.loyalty import Returning
from footfall.reports.loyalty_index import Index
from footfall.reports.wilson import Rate
from footfall.serve.satisfaction import Satisfaction

__all__ = ["Compared", "Loyalty", "LoyaltyAnswer", "Service"]


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service of a portal: a form that visitors send."""

    portal: str
    name: str
    """The form's, as its page's author named it."""
    started: int | None
    """Visitors by day; ``None``: too few to tell, or none."""
    sent: int | None
    completion: float | None
    """Percent of those who started it."""
    abandonment: float | None
    """The rest."""
    complaints: float | None
    """Visitors who complained of it, percent of those who started it; ``None``: too few to tell, or none."""
    satisfaction: tuple[Satisfaction, ...]
    """Of surveys that ask about a service of this name."""
    agreed: Rate | None
    """Visitors by day who agreed to be recognised, of those who started it; ``None``: too few to tell, or none."""
    return_rate: Rate | None
    """Of those that agreed, those that had been on the portal in a week before; ``None`` as above."""
    index: Index


class Loyalty(msgspec.Struct, frozen=True, kw_only=True):
    """One portal."""

    portal: str
    returning: Returning
    completion: float | None
    """Of all its forms together, percent."""
    complaints: float | None
    """Visitors who complained, percent of all."""
    satisfaction: float | None
    """Mean score of its services' surveys, 0 to 100, weighed by answers."""
    services: tuple[Service, ...]
    index: Index


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """Portals and services side by side, those with the highest index first."""

    first: date
    last: date
    policy: str
    portals: tuple[Loyalty, ...]
    notes: tuple[str, ...] = ()
    """What is missing for all of them, and why."""


class LoyaltyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Loyalty of one portal or of several, as the gate lets it out; numbers that are null are too few to tell, or none."""

    results: list[Loyalty]
    meta: dict[str, Any]
    query: dict[str, Any]
