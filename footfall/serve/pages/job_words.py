"""Titles of jobs that are about no page."""

from footfall.serve.pages.language import N_

__all__ = [
    "CLOSE",
    "FADE_CONTENT",
    "FILL_SERIES",
    "LOAD",
    "LOOK_AT_TARGETS",
    "LOOK_FOR_TRENDS",
    "READ_CONTENT",
    "SORT_CONTENT",
    "TELL",
    "TIDY_DATASETS",
]

CLOSE = N_("Days that are over become statistics")
FADE_CONTENT = N_("Content that is gone fades")
FILL_SERIES = N_("What trends are looked for in is filled in for past days")
LOAD = N_("A dataset is loaded")
LOOK_AT_TARGETS = N_("Targets are looked at")
TELL = N_("Another system is told of published days")
LOOK_FOR_TRENDS = N_("Trends are looked for")
READ_CONTENT = N_("Content is read from a portal")
SORT_CONTENT = N_("Pages are sorted by topic")
TIDY_DATASETS = N_("What datasets must not keep is deleted")
