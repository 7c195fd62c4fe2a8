"""How refused events are let out: one rule for the page, the API and ``footfall doctor``."""

from footfall.privacy import release_events

__all__ = ["release_refusals"]

ROBOTS = "bot"
EVENTS_A_VISITOR = 10
"""A refused event has no visitor. Behind ten times the cohort stand a cohort of visitors, if none sends more than ten a day."""


def release_refusals(reason: str, events: int, policy: str) -> int:
    """So many, in whole steps; 0 under one."""
    return release_events(events, policy, each=1 if reason == ROBOTS else EVENTS_A_VISITOR).answer
