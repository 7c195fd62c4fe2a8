"""Funnels and journeys: a question with steps or with a page in, released answers out."""

from typing import Any

from footfall.privacy import Released, release
from footfall.reports import question as questions
from footfall.reports.funnels import funnel
from footfall.reports.journeys import journey
from footfall.reports.question import Question
from footfall.serve.house import Desk
from footfall.vocabulary import Answer, Portal, Step

__all__ = ["funnel_of", "journey_of"]


def funnel_of(desk: Desk, portal: Portal, steps: tuple[Step, ...], body: dict[str, Any]) -> Released[Answer]:
    """Visitors by step, of a portal whose reader may ask. ``body`` has ``date_range`` and may have ``filters``.

    Raises:
        BadQuestion, Refused, Unavailable: each with its sentence.
    """
    found = funnel(_question(desk, portal, body), steps, desk.engine, desk.loader.complete_until_ms())
    return release(found, desk.settings.policy)


def journey_of(desk: Desk, portal: Portal, page: str, body: dict[str, Any]) -> dict[str, Released[Answer]]:
    """Visitors of the page by the page before it and by the one after it, by side. Raises as ``funnel_of``."""
    found = journey(_question(desk, portal, body), page, desk.engine, desk.loader.complete_until_ms())
    return {side: release(answer, desk.settings.policy) for side, answer in found.items()}


def _question(desk: Desk, portal: Portal, body: dict[str, Any]) -> Question:
    return questions.parse({"metrics": ["visitors"]} | body, portal=portal, goals=desk.control.goals(portal.id), now_ms=desk.now())
