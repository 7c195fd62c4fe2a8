"""The fixed marts: what is drawn of a closed day, with what share of its budget.

A new one starts on a day to come, never backwards, and takes its share from the others: a service day is drawn by one list, from its first
mart to its last, and days before that of the newest keep the shares they had.
"""

from typing import Literal

import msgspec

__all__ = ["BEFORE", "LISTS", "MARTS", "REACH", "RELEASES", "Mart"]

RELEASES = ("city", "open")
"""The two sets of numbers, each drawn once: for the city's own people and keys, and for everybody."""


class Mart(msgspec.Struct, frozen=True, kw_only=True):
    """Visitors of a portal's service day by some keys. A visitor counts once in a cell."""

    name: str
    keys: tuple[str, ...] = ()
    """The columns its cells are told apart by, besides portal and day."""
    share: int
    """Percent of its set's ρ."""
    cells: int = 1
    """Cells that one visitor may count in (L0); which ones, a keyed hash says."""
    known: bool = False
    """True: its keys are a closed vocabulary, known without looking at data. False: a key that is in no earlier release has to
    pass the threshold for secret keys."""
    grain: Literal["day", "week"] = "day"
    """``week``: Monday to Sunday together; ``day`` is the Monday. Each visitor is still one of one day."""


MARTS = (
    Mart(name="page", keys=("path",), share=37, cells=10),
    Mart(name="place_device", keys=("country", "region", "device"), share=12),
    Mart(name="source", keys=("channel", "source"), share=8),
    Mart(name="hour", keys=("hour",), share=6, known=True),
    Mart(name="entry_exit", keys=("side", "path"), share=5, cells=2),
    Mart(name="portal", share=5, known=True),
    Mart(name="goal", keys=("goal",), share=5, cells=3, known=True),
    Mart(name="duration", keys=("bin",), share=3, known=True),
    Mart(name="search_term", keys=("term",), share=3, cells=3, grain="week"),
    Mart(name="co_visit", keys=("path", "other"), share=4, cells=10, grain="week"),
    Mart(name="topic_hour", keys=("topic", "hour"), share=5, cells=3, known=True),
    Mart(name="topic_place", keys=("topic", "region"), share=3, cells=3),
    Mart(name="topic_pair", keys=("topic", "other"), share=2, cells=3, known=True, grain="week"),
    Mart(name="flow", keys=("from",), share=2, known=True),
)
"""Of a visitor with several visits ``place_device``, ``source`` and ``duration`` take the first, and ``hour`` the first hour, of the
portal's clock. ``side`` is ``entry`` or ``exit``; ``goal`` is a goal's number; ``bin`` is the upper bound in seconds of twelve, the last
one open; ``path`` < ``other`` in a pair, and ``topic`` < ``other``. ``topic_hour`` has each topic once a visitor, at the hour of its first
page; ``from`` is the registered portal that the first visit which another one led to came from."""
BEFORE = (
    Mart(name="page", keys=("path",), share=40, cells=10),
    Mart(name="place_device", keys=("country", "region", "device"), share=15),
    Mart(name="source", keys=("channel", "source"), share=10),
    Mart(name="hour", keys=("hour",), share=8, known=True),
    Mart(name="entry_exit", keys=("side", "path"), share=7, cells=2),
    Mart(name="portal", share=5, known=True),
    Mart(name="goal", keys=("goal",), share=5, cells=3, known=True),
    Mart(name="duration", keys=("bin",), share=4, known=True),
    Mart(name="search_term", keys=("term",), share=3, cells=3, grain="week"),
    Mart(name="co_visit", keys=("path", "other"), share=3, cells=10, grain="week"),
)
"""The ten that a home drew until it learned of topics, with the shares they had."""
LISTS = (MARTS, BEFORE)
"""Newest first. No line of any ledger has less noise than one of them asks for."""
REACH = Mart(name="reach", keys=("group", "portals"), share=100, cells=20, known=True)
"""None of these: visitors of several portals together, by declared group of portals. It has a release of its name, a unit and an account
of its own, and is drawn only where the reach room is on."""
