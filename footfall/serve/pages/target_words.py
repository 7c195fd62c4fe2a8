"""Words of targets' pages."""

from footfall.serve.pages.language import N_
from footfall.serve.pages.words import METRIC_NAMES

__all__ = ["DIRECTION_WORDS", "STATE_WORDS", "TARGET_METRICS"]

STATE_WORDS = {
    "on_track": N_("on track"),
    "at_risk": N_("at risk"),
    "met": N_("met"),
    "missed": N_("missed"),
    "unknown": N_("not known"),
}
DIRECTION_WORDS = {"at_least": N_("at least"), "at_most": N_("at most")}
TARGET_METRICS = {
    name: METRIC_NAMES[name]
    for name in ("visitors", "visits", "pageviews", "events", "views_per_visit", "bounce_rate", "visit_duration", "conversion_rate")
}
"""What the form offers; the API takes every metric."""
