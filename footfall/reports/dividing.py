"""Which dimensions divide which metrics: whoever has the whole and some of the rows can subtract."""

from footfall.reports.catalogue import PROP
from footfall.reports.question import Question

__all__ = ["parts_of", "whole_of"]

OF_EVENTS = ("pageviews", "events")
TIMES_OF_VISITS = ("time:day", "time:week", "time:month")
ONE_AN_EVENT = ("event:page", "event:hostname", "event:name", "time:hour", "time:minute")
"""An event is in one of these; a visitor may be in several, and a visit too."""


def parts_of(question: Question) -> tuple[tuple[int, ...], ...]:
    """By dimension, the places of the metrics that its values divide among them.

    A visit has one device, source and exit page, and ends on one day. Who visits twice may have two sources, and counts in both then.
    Goals divide nothing: an event may reach several.
    """
    return tuple(_columns(name, question.metrics) for name in question.dimensions)


def _columns(name: str, metrics: tuple[str, ...]) -> tuple[int, ...]:
    if name.startswith("visit:") or name in TIMES_OF_VISITS:
        return tuple(range(len(metrics)))
    if name in ONE_AN_EVENT or name.startswith(PROP):
        return tuple(place for place, metric in enumerate(metrics) if metric in OF_EVENTS)
    return ()


def whole_of(question: Question) -> int | None:
    """The place of the dimension whose values are shown in another breakdown as parts of a whole each, a region of its country; ``None``
    without one. The raw value begins with the whole's."""
    found = [place for place, name in enumerate(question.dimensions) if name in ("visit:region", "visit:region_name")]
    return found[0] if found else None
