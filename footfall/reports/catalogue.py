"""Every metric and dimension: its expression on events and on visits, its empty value and what it may be combined with.

Composed SQL takes names only from here. On visits an event dimension stands for the visit's entry page or host.
"""

import msgspec

__all__ = [
    "DIMENSIONS",
    "EMPTY",
    "EVENT_METRICS",
    "METRICS",
    "OF_MARTS",
    "TIME_UNITS",
    "TOPIC",
    "VISIT_METRICS",
    "Dimension",
    "dimension",
]

EVENT_METRICS = ("pageviews", "events", "conversion_rate", "group_conversion_rate", "scroll_depth", "time_on_page")
"""They need rows of events."""
VISIT_METRICS = ("bounce_rate", "visit_duration", "views_per_visit", "exit_rate")
"""They need rows of visits."""
METRICS = ("visitors", "visits", "percentage", *EVENT_METRICS, *VISIT_METRICS)
EMPTY: dict[str, int | float | None] = {
    "scroll_depth": None,
    "time_on_page": None,
    "percentage": None,
    "exit_rate": None,
    "views_per_visit": 0.0,
    "conversion_rate": 0.0,
    "group_conversion_rate": 0.0,
}
"""A metric's value where there is no row; 0 where not listed."""

TIME_UNITS = ("minute", "hour", "day", "week", "month")
DIRECT = "Direct / None"
NOT_SET = "(not set)"
NONE = "(none)"
OF_MARTS = "mart:"
TOPIC = "event:topic"
"""Several a page, or none."""
MART_KEYS = (
    *("hour", "duration", "search_term", "end", "end_page", "pair_page", "pair_other"),
    *("topic_hour", "place_topic", "place_region", "pair_topic", "pair_other_topic", "from"),
)
"""What only marts can be asked by."""


class Dimension(msgspec.Struct, frozen=True, kw_only=True):
    """What answers can be grouped and filtered by."""

    name: str
    events: str = ""
    """Column on events; empty where only visits have it."""
    visits: str = ""
    """Column on visits; empty where only events have it."""
    missing: str = ""
    """What an empty value reads; empty: it stays as it is."""
    family: str = ""
    """Visitor attribute family for the gate: device, browser, os or place."""
    place: str = ""
    """country, region or city where its values are shown and filtered by name; the columns hold codes."""
    is_group_only: bool = False
    """Its column is several rows of one event: nothing to filter by."""


def _visit(name: str, column: str = "", *, missing: str = "", family: str = "", on_events: bool = True) -> Dimension:
    column = column or name
    return Dimension(name=f"visit:{name}", events=column if on_events else "", visits=column, missing=missing, family=family)


def _named(place: str) -> Dimension:
    return Dimension(name=f"visit:{place}_name", events=place, visits=place, family="place", place=place)


DIMENSIONS: dict[str, Dimension] = {
    found.name: found
    for found in (
        Dimension(name="event:name", events="name"),
        Dimension(name="event:page", events="path"),
        Dimension(name="event:hostname", events="hostname"),
        Dimension(name="event:goal", events="goal"),
        Dimension(name=TOPIC, events="topic", is_group_only=True),
        Dimension(name="event:props", events="arrayJoin(mapKeys(mapFilter((k, v) -> v != '', props)))", is_group_only=True),
        _visit("source", missing=DIRECT),
        _visit("channel", missing="Direct"),
        _visit("referrer", missing=DIRECT),
        *(_visit(name, missing=NOT_SET) for name in ("utm_medium", "utm_source", "utm_campaign", "utm_content", "utm_term")),
        _visit("device", missing=NOT_SET, family="device"),
        _visit("browser", missing=NOT_SET, family="browser"),
        _visit("browser_version", missing=NOT_SET, family="browser"),
        _visit("os", missing=NOT_SET, family="os"),
        _visit("os_version", missing=NOT_SET, family="os"),
        _visit("country", family="place"),
        _visit("region", family="place"),
        _visit("city", family="place"),
        *(_named(place) for place in ("country", "region", "city")),
        _visit("entry_page", on_events=False),
        _visit("exit_page", on_events=False),
        _visit("entry_page_hostname", "entry_hostname", on_events=False),
        _visit("exit_page_hostname", "exit_hostname", on_events=False),
        *(Dimension(name=name) for name in ("time", *(f"time:{unit}" for unit in TIME_UNITS))),
        *(Dimension(name=OF_MARTS + name, is_group_only=True) for name in MART_KEYS),
    )
}
PROP = "event:props:"


def dimension(name: str) -> Dimension | None:
    """The dimension of that name; ``None`` where there is none."""
    if name.startswith(PROP) and len(name) > len(PROP):
        return Dimension(name=name, events="props", missing=NONE)
    return DIMENSIONS.get(name)
