"""Where the demo's portals show lists of content: on their first page, beside a page, and in the city's app."""

from collections.abc import Mapping
from typing import Any

from footfall.control.placements import list_placements, put_placement
from footfall.control.transactions import Database
from footfall.vocabulary import Portal

__all__ = ["PLACEMENTS", "put_demo_placements"]

ARMS = ({"name": "usual", "share": 0.5}, {"name": "rising", "share": 0.5, "settings": {"rising": 3.0}})
PLACEMENTS: Mapping[str, Mapping[str, Any]] = {
    "start": {"title": "For you", "n": 4, "is_public": True, "explore": 0.05},
    "next": {"title": "Read next", "n": 3, "arms": ARMS},
    "app": {"title": "Services", "n": 6, "rules": {"kinds": ["service", "form"]}},
}
"""By what follows the portal's own name."""


def put_demo_placements(database: Database, portal: Portal, *, now_ms: int) -> None:
    """The portal's placements, where it has none yet."""
    if not list_placements(database, portal.id):
        for name, settings in PLACEMENTS.items():
            put_placement(database, portal.id, f"{portal.domain.partition('.')[0]}-{name}", settings, now_ms=now_ms)
