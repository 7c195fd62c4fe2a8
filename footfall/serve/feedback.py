"""What was shown and clicked: sums in memory, added to the store's every half minute. Where a process dies, the last ones go with it."""

import secrets
import threading
from collections.abc import Sequence
from typing import Literal

from footfall.errors import BadInput
from footfall.serve.recommendation_ids import Served
from footfall.store.engine import Engine
from footfall.store.shown import Place, Sums, add_shown

__all__ = ["Event", "Feedback"]

Event = Literal["shown", "clicked"]


class Feedback:
    """Sums that wait to be written; from any thread."""

    def __init__(self) -> None:
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._sums: dict[Place, Sums] = {}
        self._taken: tuple[str, dict[Place, Sums]] | None = None
        """What is being written, under its token, until the store has it."""

    def take(self, served: Served, item: int | None, event: Event, *, day: str) -> None:
        """One more of that event: of an item of the list, or, where it names none, of all that were shown.

        Raises:
            BadInput: the item is not in the list, or a click names none.
        """
        if item is None and event == "clicked":
            raise BadInput("A click is of an item; send its id as item.")
        self.take_all(served, served.items if item is None else (item,), event, day=day)

    def take_all(self, served: Served, items: Sequence[int], event: Event, *, day: str) -> None:
        """One more of that event of each of these items of the list. Raises BadInput: one is not in it, and then none is counted."""
        stranger = next((item for item in items if item not in served.items), None)
        if stranger is not None:
            raise BadInput("Item {item} is not in that list.", item=stranger)
        for position, (one, bucket) in enumerate(zip(served.items, served.buckets, strict=True), start=1):
            if one in items:
                self._add(Place(served.site, day, served.placement, served.arm, one, position, bucket), event)

    def write(self, engine: Engine) -> None:
        """Add what waits to the store's sums, once. Raises Unavailable: then it waits on."""
        with self._writing:
            if self._taken is None:
                with self._lock:
                    self._taken, self._sums = (secrets.token_hex(8), self._sums), {}
            add_shown(engine, self._taken[1], self._taken[0])
            self._taken = None

    def _add(self, place: Place, event: Event) -> None:
        with self._lock:
            self._sums[place] = _added(self._sums.get(place), event == "shown", event == "clicked")


def _added(before: Sums | None, shown: int, clicked: int) -> Sums:
    return Sums((before.shown if before else 0) + shown, (before.clicked if before else 0) + clicked)
