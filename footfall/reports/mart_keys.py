"""Which dimension is which key of which mart."""

from footfall.privacy.marts import MARTS, Mart

__all__ = ["KEYS", "MARTS_BY_NAME", "NEAREST", "ONCE_A_KEY", "SIDES", "dimensions_of"]

KEYS = {
    "event:page": ("page", "path"),
    "visit:entry_page": ("entry_exit", "path"),
    "visit:exit_page": ("entry_exit", "path"),
    "visit:channel": ("source", "channel"),
    "visit:source": ("source", "source"),
    "visit:country": ("place_device", "country"),
    "visit:country_name": ("place_device", "country"),
    "visit:region": ("place_device", "region"),
    "visit:region_name": ("place_device", "region"),
    "visit:device": ("place_device", "device"),
    "event:goal": ("goal", "goal"),
    "mart:hour": ("hour", "hour"),
    "mart:duration": ("duration", "bin"),
    "mart:search_term": ("search_term", "term"),
    "mart:end": ("entry_exit", "side"),
    "mart:end_page": ("entry_exit", "path"),
    "mart:pair_page": ("co_visit", "path"),
    "mart:pair_other": ("co_visit", "other"),
    "event:topic": ("topic_hour", "topic"),
    "mart:topic_hour": ("topic_hour", "hour"),
    "mart:place_topic": ("topic_place", "topic"),
    "mart:place_region": ("topic_place", "region"),
    "mart:pair_topic": ("topic_pair", "topic"),
    "mart:pair_other_topic": ("topic_pair", "other"),
    "mart:from": ("flow", "from"),
}
"""By dimension: the mart that has it and the name of its key there."""
SIDES = {"visit:entry_page": "entry", "visit:exit_page": "exit"}
ONCE_A_KEY = {"topic_hour": "event:topic", "topic_place": "mart:place_topic"}
"""Marts of which a visitor is in several cells, but once at most in those of one value of this: they add up there."""
NEAREST = {
    "visit:referrer": "source",
    "visit:city": "place_device",
    "visit:city_name": "place_device",
    "visit:browser": "place_device",
    "visit:os": "place_device",
    "event:hostname": "page",
    "event:name": "goal",
    "time:hour": "hour",
}
MARTS_BY_NAME = {mart.name: mart for mart in MARTS}


def dimensions_of(mart: Mart) -> tuple[str, ...]:
    """What all of its cells are told apart by, in the order of its keys; time is not among them.

    >>> dimensions_of(MARTS_BY_NAME["source"])
    ('visit:channel', 'visit:source')
    """
    found = {key: name for name, (of, key) in reversed(KEYS.items()) if of == mart.name and name not in SIDES}
    return tuple(found[key] for key in mart.keys)
