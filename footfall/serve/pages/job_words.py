"""Titles of jobs that are about no page."""

from footfall.serve.pages.language import N_

__all__ = ["CLOSE", "LOAD", "TELL", "TIDY_DATASETS"]

CLOSE = N_("Days that are over become statistics")
LOAD = N_("A dataset is loaded")
TELL = N_("Another system is told of published days")
TIDY_DATASETS = N_("What datasets must not keep is deleted")
