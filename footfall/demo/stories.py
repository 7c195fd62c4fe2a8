"""What happens in the demo city, planted with known truth: who comes for something, from where, and hours in which a portal is away."""

import msgspec

__all__ = ["DemoOutage", "DemoStory", "Source"]


class Source(msgspec.Struct, frozen=True):
    """Where visits come from; all empty is direct."""

    weight: float
    source: str = ""
    channel: str = ""
    referrer: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""


class DemoStory(msgspec.Struct, frozen=True, kw_only=True):
    """Visitors who come beside the ordinary ones, for one page: what a trend is made of."""

    path: str
    """Where their visits begin."""
    source: Source
    """What they all come from."""
    term: str = ""
    """What half of them search for there."""
    ago: int
    """Days before the last on which it begins."""
    growth: tuple[float, ...]
    """How many of them there are on each day from then on, over the portal's daily visitors; later as many as on the last of these."""


class DemoOutage(msgspec.Struct, frozen=True):
    """Hours of one day in which the portal is away: no visit is made that reaches into them."""

    ago: int
    """Days before the last."""
    from_hour: int
    until_hour: int
