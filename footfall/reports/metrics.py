"""From a row's sums to its metrics, and to the visitors behind each of them."""

from typing import Any

from footfall.reports.question import Question
from footfall.reports.ratios import ratio
from footfall.vocabulary import Goal, Scalar

__all__ = ["cohort", "goals_of", "metric"]

Key = tuple[Any, ...]
Sums = dict[str, Any]
BASES = {
    "pageviews": "viewers",
    "events": "actors",
    "bounce_rate": "entered",
    "visit_duration": "visit_visitors",
    "views_per_visit": "visit_visitors",
    "scroll_depth": "scrollers",
    "time_on_page": "engaged",
}
"""The sum that counts the visitors behind a metric; ``visitors`` where not listed. All visitors act where no engagement is let in."""


def metric(name: str, row: Sums, whole: int, goals: list[Goal]) -> Scalar:
    """One metric of one row, rounded as the metric's page says.

    ``whole`` is what visitors are divided by, where the metric does; ``goals`` are those that all of the row's events reach.
    """
    if name == "events" and goals and all(goal.scroll_threshold is not None for goal in goals):
        return None
    if name in ("visitors", "visits", "pageviews", "events"):
        return int(row.get(name, 0))
    if name == "bounce_rate":
        return ratio(100 * row.get("bounces", 0), row.get("entries", 0), 0) or 0
    if name == "visit_duration":
        return ratio(row.get("seconds", 0), row.get("visit_visits", 0), 0) or 0
    if name == "views_per_visit":
        return ratio(row.get("views", 0), row.get("visit_visits", 0), 2) or 0.0
    if name == "scroll_depth":
        return ratio(row.get("deepest_sum", 0), row.get("scrolled_visits", 0), 0)
    if name == "time_on_page":
        return ratio(row.get("engaged_sum", 0), 1000 * row.get("engaged_visits", 0), 0)
    if name == "exit_rate":
        return ratio(100 * row.get("visits", 0), row.get("page_views", 0), 1)
    if name == "percentage":
        return ratio(100 * row.get("visitors", 0), whole, 1)
    return ratio(100 * row.get("visitors", 0), whole, 2) or 0.0


def cohort(name: str, row: Sums) -> int:
    """Visitor-days behind one metric of one row."""
    base = BASES.get(name, "visitors")
    return int(row.get("visitors" if base == "actors" and base not in row else base, 0))


def goals_of(question: Question, key: Key, filtered: list[Goal]) -> list[Goal]:
    """The goals that all events of a row reach: its own where goals are rows, else those filtered on."""
    if "event:goal" in question.dimensions:
        return [question.goals[key[question.dimensions.index("event:goal")]]]
    return filtered
