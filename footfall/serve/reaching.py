"""The close of a reach day: exact unions in memory, a line in the ledger's own account, one draw, the table, and the ids are gone.

What cannot be drawn honestly is not: the day is said to have no number, and why.
"""

from datetime import date, timedelta

import structlog

from footfall.collect.days import day_of
from footfall.collect.reach import ReachRoom, RoomDay
from footfall.control.database import Control
from footfall.control.ledger import Ledger, lines, publish, spend
from footfall.control.reach import State, collected_beside, list_days, list_groups, put_day
from footfall.errors import Conflict, Refused
from footfall.privacy.budget import noise_of
from footfall.privacy.cells import key_of, output_sha256, place_of
from footfall.privacy.marts import REACH
from footfall.privacy.noise import draw
from footfall.serve.ledgers import entry_of
from footfall.store.engine import Engine
from footfall.store.marts import cells_of, write_cells
from footfall.vocabulary import Clock, ReachGroup

__all__ = ["ACCOUNT", "Reaching"]

log = structlog.get_logger()

ACCOUNT = "all portals"
"""Where the ledger has a portal group: reach is of none. Lines are told apart by their unit, whatever a portal group is called."""
CITY_WIDE = 0
"""Where the table of marts has a portal."""
MOST_ABSENT = 31


class Reaching:
    """Closes the days of one room. ``round`` is called every few seconds, by one thread."""

    def __init__(self, control: Control, engine: Engine, ledger: Ledger, room: ReachRoom, *, name: str, timezone: str, now: Clock) -> None:
        """``name``: of this process among those that collect."""
        self._control, self._engine, self._ledger, self._room = control, engine, ledger, room
        self._name, self._timezone, self._now = name, timezone, now
        self._is_caught_up = False

    def round(self) -> None:
        """Close the day that is over, if one is; the first time also say what became of days before.

        Raises:
            Unavailable: store or control is away. The day waits for an hour.
        """
        if not self._is_caught_up:
            self._catch_up()
            self._is_caught_up = True
        day = self._room.over
        if day is None:
            return
        self._engine.query("SELECT 1")
        declared = list_groups(self._control)
        if declared:
            groups = [group for group in day.groups if group in declared]
            state = self._why_not(day) or (self._drawn(day, groups) if groups else "began")
            put_day(self._control, day.date, state, now_ms=self._now())
            log.info("reach day closed", day=day.date, state=state)
        self._room.done(day)

    def _why_not(self, day: RoomDay) -> State | None:
        """Why the day has no number; ``None`` where nothing stands against it."""
        if not day.is_whole:
            return "began"
        if collected_beside(self._control, self._name, day.from_ms, day.until_ms):
            return "beside"
        if day.went_back:
            return "clock"
        return "full" if day.is_full else "late" if day.is_late else None

    def _drawn(self, day: RoomDay, groups: list[ReachGroup]) -> State:
        noise = noise_of(REACH.name, REACH)
        counts = {_key(group): day.reach(group) for group in groups}
        sites = {site for group in groups for site in group.sites}
        if day.is_late:
            return "late"
        try:
            line = spend(self._ledger, entry_of(noise, group=ACCOUNT, sites=sites, day=day.date, known=counts), self._now())
        except (Conflict, Refused):
            return "ledger"
        cells = draw(counts, counts.keys(), noise)
        at, token = date.fromisoformat(day.date), f"line-{line.number}-{line.sha256}"
        write_cells(self._engine, noise.release, noise.mart, at, line.number, {place_of(key): n for key, n in cells.items()}, token)
        if self._kept(day.date, line.number) != cells:
            return "ledger"
        publish(self._ledger, line, len(cells), output_sha256(cells), self._now())
        return "published"

    def _catch_up(self) -> None:
        """Finish a line that was spent by a server which then ended, and name the days that no server ran through."""
        for line in list(lines(self._ledger, release=REACH.name)):
            if line.state == "spent" and not any(one.of == line.number for one in lines(self._ledger, release=REACH.name, day=line.day)):
                cells = self._kept(line.day, line.number)
                if cells:
                    publish(self._ledger, line, len(cells), output_sha256(cells), self._now())
                put_day(self._control, line.day, "published" if cells else "ledger", now_ms=self._now())
        known = list_days(self._control) if list_groups(self._control) else []
        today = date.fromisoformat(day_of(self._timezone, self._now()))
        first = max(date.fromisoformat(known[0].day) + timedelta(days=1), today - timedelta(days=MOST_ABSENT)) if known else today
        for number in range((today - first).days):
            put_day(self._control, str(first + timedelta(days=number)), "absent", now_ms=self._now())

    def _kept(self, day: str, line: int) -> dict[str, int]:
        return {key_of(*cell): visitors for cell, visitors in cells_of(self._engine, date.fromisoformat(day), line).items()}


def _key(group: ReachGroup) -> str:
    """A group's cell: its name, and the portals that it was of on that day."""
    return key_of(CITY_WIDE, (group.name, ",".join(map(str, group.sites))))
