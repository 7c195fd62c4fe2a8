"""Which dimensions divide which metrics: whoever has the whole and some of the rows can subtract."""

import msgspec

from footfall.reports.catalogue import PROP
from footfall.reports.periods import bucket_starts
from footfall.reports.question import Question

__all__ = ["COARSER", "COUNTED", "coarser", "parts_of"]

COUNTED = ("visitors", "visits", "pageviews", "events")

OF_EVENTS = ("pageviews", "events")
TIMES_OF_VISITS = ("time:day", "time:week", "time:month")
ONE_AN_EVENT = ("event:page", "event:hostname", "event:name", "time:hour", "time:minute")
"""An event is in one of these; a visitor may be in several, and a visit too."""
COARSER: dict[str, tuple[str, ...]] = {
    "visit:source": ("visit:channel",),
    "visit:referrer": ("visit:source", "visit:channel"),
    "visit:utm_medium": ("visit:channel",),
    "visit:utm_source": ("visit:source", "visit:channel"),
    "visit:utm_campaign": ("visit:utm_source", "visit:channel"),
    "visit:utm_content": ("visit:utm_campaign",),
    "visit:utm_term": ("visit:utm_campaign",),
    "visit:region": ("visit:country",),
    "visit:region_name": ("visit:country",),
    "visit:city": ("visit:region", "visit:country"),
    "visit:city_name": ("visit:region", "visit:country"),
    "visit:browser_version": ("visit:browser",),
    "visit:os": ("visit:device",),
    "visit:os_version": ("visit:os",),
    "visit:entry_page": ("visit:entry_page_hostname",),
    "visit:exit_page": ("visit:exit_page_hostname",),
    "event:page": ("event:hostname",),
    "time:minute": ("time:hour",),
    "time:hour": ("time:day",),
    "time:day": ("time:week", "time:month"),
    "time:week": ("time:month",),
}
"""By dimension, those whose values it divides, by and large: a source may have come by two channels, a week lies in two months."""


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


def coarser(question: Question) -> list[tuple[int, Question]]:
    """The question by coarser dimensions, one at a time, with its place: what divides what is asked for. Metrics keep their places; those
    that are not counted are replaced by visitors."""
    divided = zip(question.dimensions, parts_of(question), strict=True)
    pairs = [(place, name) for place, (own, columns) in enumerate(divided) if columns for name in COARSER.get(own, ())]
    return [
        (place, _coarser(question, place, name)) for place, name in pairs if name not in question.dimensions and _divides(question, name)
    ]


def _divides(question: Question, name: str) -> bool:
    """Whether there may be several of it in the period, or in the one beside it."""
    periods = (question.period, question.comparison)
    return not name.startswith("time:") or any(len(bucket_starts(one, name[5:])) > 1 for one in periods if one is not None)


def _coarser(question: Question, place: int, name: str) -> Question:
    names = (*question.dimensions[:place], name, *question.dimensions[place + 1 :])
    metrics = tuple(one if one in COUNTED else "visitors" for one in question.metrics)
    return msgspec.structs.replace(question, dimensions=names, metrics=metrics, order_by=())
