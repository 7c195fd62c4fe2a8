"""What the demo's portals are to reach: one target that is easy, one that is hard, one of a quarter."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from footfall.control.targets import checked_target, list_targets, save_target
from footfall.control.transactions import Database
from footfall.vocabulary import Portal

__all__ = ["TARGETS", "put_demo_targets"]

OWNER = "Demo"
TARGETS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "gov.example.city": (
        {"name": "Visits a week", "question": {"metrics": ["visits"]}, "value": 1500, "every": "week"},
        {
            "name": "Applications in this quarter",
            "question": {"metrics": ["events"], "filters": [["is", "event:goal", ["Application Sent"]]]},
            "value": 6000,
        },
    ),
    "library.example.city": ({"name": "Page views a week", "question": {"metrics": ["pageviews"]}, "value": 4500, "every": "week"},),
}
"""By portal. What is not of every week is of the ninety days whose middle is the last day of the history."""
BEFORE, AFTER = timedelta(days=45), timedelta(days=45)


def put_demo_targets(database: Database, portal: Portal, last_day: date, *, now_ms: int) -> None:
    """The portal's targets, where it has none yet."""
    if list_targets(database, portal.id):
        return
    for settings in TARGETS.get(portal.domain, ()):
        days = {} if "every" in settings else {"starts": str(last_day - BEFORE), "due": str(last_day + AFTER)}
        save_target(database, portal, checked_target({**settings, **days, "owner": OWNER}), now_ms=now_ms)
