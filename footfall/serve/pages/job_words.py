"""Titles of jobs that are about no page."""

from footfall.serve.pages.language import N_

__all__ = ["CLOSE"]

CLOSE = N_("Days that are over become statistics")
