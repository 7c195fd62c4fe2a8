"""Titles of jobs that are about no page."""

from footfall.serve.pages.language import N_

__all__ = ["CLOSE", "FADE_CONTENT", "LOAD", "LOOK_AT_TARGETS", "READ_CONTENT", "SORT_CONTENT", "TELL", "TIDY_DATASETS"]

CLOSE = N_("Days that are over become statistics")
FADE_CONTENT = N_("Content that is gone fades")
LOAD = N_("A dataset is loaded")
LOOK_AT_TARGETS = N_("Targets are looked at")
TELL = N_("Another system is told of published days")
READ_CONTENT = N_("Content is read from a portal")
SORT_CONTENT = N_("Pages are sorted by topic")
TIDY_DATASETS = N_("What datasets must not keep is deleted")
