"""The day's close: once a portal group's service day is over, its marts are counted, paid for in the ledger, drawn, and kept for ever.

Each mart of each release goes by itself: count, write the ledger's line, draw, write the cells, look at them again, publish the line. What
was lost between is not made good: whatever the ledger has a line of is never drawn a second time. A day whose events are gone, or will be
before the work is done, is missed; forgetting does not wait for it.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import msgspec

from footfall.control.chain import Line
from footfall.control.closings import Closing, State, list_closings, put_closing
from footfall.control.database import Control
from footfall.control.ledger import Ledger, lines, publish, spend
from footfall.errors import BadInput, BadQuestion, Conflict, NotFound, Refused
from footfall.privacy.budget import noise_of
from footfall.privacy.cells import key_of, output_sha256, place_of
from footfall.privacy.marts import BEFORE, MARTS, RELEASES, Mart
from footfall.privacy.noise import draw
from footfall.sentences import NONE_YET
from footfall.serve.jobs import Stopped
from footfall.serve.ledgers import entry_of
from footfall.serve.mart_lists import began_on
from footfall.serve.retention import forget_sealed_days, last_day_over, still_kept
from footfall.store.engine import Engine
from footfall.store.item_topics import current_topics
from footfall.store.marts import TOPICS, Asked, Cell, Words, cells_of, counted_together, known_keys, write_cells
from footfall.store.rollup import days_of
from footfall.store.sealed import Both
from footfall.vocabulary import Clock, Goal, Portal

__all__ = ["Closer"]

ONE_DAY = timedelta(days=1)
NOTHING = "There is nothing to draw."
TOO_LATE = "Its events were not kept for long enough."
MOVED = "{release} {mart}: these portals changed their group or time zone then, which gave their visitors two ids."
LOST = "{release} {mart}: the server ended between ledger and table (line {line}); it is not drawn again."
ELSEWHERE = "{release} {mart}: drawn by another server, or when these portals were in another group."
DIFFERS = "{release} {mart}: the table does not hold what was drawn (line {line})."


class Closer:
    """Closes days. Several may run: the ledger lets only one of them draw."""

    def __init__(
        self,
        control: Control,
        engine: Engine,
        ledger: Ledger,
        *,
        now: Clock,
        random: Callable[[int], bytes],
        stopped: Callable[[], bool] = lambda: False,
        sealed: Engine | None = None,
    ) -> None:
        """``sealed``: where events of sealed portals are, if anywhere."""
        self._control, self._engine, self._ledger, self._sealed = control, engine, ledger, sealed
        self._now, self._random, self._stopped = now, random, stopped

    def groups(self) -> dict[str, tuple[Portal, ...]]:
        """Portal groups with their portals."""
        portals = self._control.portals()
        return {group: tuple(one for one in portals if one.group == group) for group in sorted({one.group for one in portals})}

    def due(self, group: str) -> list[date]:
        """The group's days that are over in all its time zones and not done with, oldest first; all from the first that holds anything.

        Raises:
            NotFound: no portal is in the group.
        """
        portals = self._portals(group)
        last = last_day_over(portals, self._now())
        first = last - timedelta(days=max(portal.keep_events for portal in portals))
        held = [
            one.day
            for one in days_of(self._all(one.id for one in portals), {portal.id: portal.timezone for portal in portals}, first, last)
        ]
        done = {closing.day for closing in list_closings(self._control, group)}
        days = [min(held) + timedelta(days=number) for number in range((last - min(held)).days + 1)] if held else []
        return [day for day in days if str(day) not in done]

    def close(self, group: str, day: date) -> Closing:
        """Close the day; one that is done with stays as it is.

        Raises:
            BadInput: the day is not over.
            NotFound: no portal is in the group.
            Stopped: the server stops. What was not begun can be closed later, as long as its events are kept.
            Unavailable: store or control is away. The same.
        """
        portals = self._portals(group)
        if day > last_day_over(portals, self._now()):
            raise BadInput("Day {day} of group {group} is not over yet, or visits may still go on into the next.", day=day, group=group)
        before = {closing.day: closing for closing in list_closings(self._control, group)}
        closing = before.get(str(day)) or self._closed(group, day)
        sealed = {(portal.id, day) for portal in portals if portal.is_sealed(str(day))}
        for engine in (self._engine, *([self._sealed] if self._sealed and sealed else [])):
            forget_sealed_days(engine, sealed)
        return closing

    def _portals(self, group: str) -> tuple[Portal, ...]:
        groups = self.groups()
        if group not in groups:
            raise NotFound("No portal is in a group {group!r}. Groups here: {groups}.", group=group, groups=", ".join(groups) or NONE_YET)
        return groups[group]

    def _closed(self, group: str, day: date) -> Closing:
        marts = _due_marts(day, began_on(self._control, self._ledger, self._now()))
        draws = [_Draw(group, release, mart, _first(mart, day), day) for mart in marts for release in RELEASES]
        ahead = _Ahead(draws)
        outcomes = [self._drawn(one, ahead) for one in draws]
        said = [outcome for outcome in outcomes if outcome not in ("", NOTHING, TOO_LATE)]
        drawn = outcomes.count("")
        state: State = "part" if said else "closed" if drawn else "missed"
        sentences = said if said or drawn else [TOO_LATE]
        closing = Closing(group=group, day=str(day), state=state, drawn=drawn, said=" ".join(sentences), at_ms=self._now())
        put_closing(self._control, closing)
        return closing

    def _drawn(self, one: "_Draw", ahead: "_Ahead") -> str:
        """Nothing where it is published; else why not."""
        if self._stopped():
            raise Stopped
        before = list(lines(self._ledger, release=one.release, mart=one.mart.name, day=str(one.first)))
        mine = next((line for line in before if line.group == one.group and line.state == "spent"), None)
        if mine is not None:
            return "" if any(line.of == mine.number for line in before) else self._recover(one, mine)
        kept = still_kept(self._portals(one.group), self._control, one.first, self._now())
        taken = {site for line in before for site in line.sites}
        whole = [portal for portal in kept if not portal.has_moved(str(one.first), str(one.last))]
        sites = {portal.id: portal.timezone for portal in whole if portal.id not in taken}
        if not kept or self._is_empty(one.mart, sites):
            return TOO_LATE if not kept else NOTHING
        if not sites:
            return one.say(ELSEWHERE if any(portal.id in taken for portal in kept) else MOVED)
        try:
            return self._draw(one, sites, ahead)
        except Conflict:
            return one.say(ELSEWHERE)
        except (Refused, BadQuestion) as error:
            return one.say("{release} {mart}: {error}", error=str(error))

    def _draw(self, one: "_Draw", sites: dict[int, str], ahead: "_Ahead") -> str:
        asked = self._asked(one, sites)
        counts = {key_of(*cell): visitors for cell, visitors in self._counted(one, asked, ahead).items()}
        known = {key_of(*cell) for cell in known_keys(self._engine, one.release, one.mart.name, sites, asked.goals, asked.words)}
        noise = noise_of(one.release, one.mart)
        entry = entry_of(noise, group=one.group, sites=sites, day=str(one.first), known=known)
        line = spend(self._ledger, entry, self._now())
        cells = draw(counts, known, noise)
        token = f"line-{line.number}-{line.sha256}"
        write_cells(self._engine, one.release, one.mart.name, one.first, line.number, {place_of(key): n for key, n in cells.items()}, token)
        if self._kept_cells(line) != cells:
            return one.say(DIFFERS, line=line.number)
        publish(self._ledger, line, len(cells), output_sha256(cells), self._now())
        return ""

    def _asked(self, one: "_Draw", sites: dict[int, str]) -> Asked:
        goals, words = self._goals(one.mart, sites), self._words(one.mart)
        return Asked(mart=one.mart.name, cells=one.mart.cells, sites=sites, first=one.first, last=one.last, goals=goals, words=words)

    def _counted(self, one: "_Draw", asked: Asked, ahead: "_Ahead") -> dict[Cell, int]:
        """Its true counts, by a hash of its own; those that the same reading gives of draws to come are held for them."""
        held = ahead.take(one, asked)
        if held is not None:
            return held
        beside = [other for other in ahead.of_one_reading(one) if other not in ahead.held]
        wanted = [asked, *(self._asked(other, dict(asked.sites)) for other in beside)]
        nonces = [int.from_bytes(self._random(8), "big") for _ in wanted]
        mine, *rest = counted_together(self._all(asked.sites), list(zip(wanted, nonces, strict=True)))
        ahead.held |= {other: (of, counts) for other, of, counts in zip(beside, wanted[1:], rest, strict=True)}
        return mine

    def _all(self, sites: Iterable[int]) -> Engine | Both:
        """What holds the events of these portals: a day's of one portal are in one store."""
        sealed = {portal.id for portal in self._control.portals() if portal.may_be_sealed}
        return self._engine if self._sealed is None or sealed.isdisjoint(sites) else Both(self._engine, self._sealed)

    def _goals(self, mart: Mart, sites: Iterable[int]) -> tuple[Goal, ...]:
        wanted = sites if mart.name in ("goal", "page") else ()
        return tuple(goal for site in wanted for goal in self._control.goals(site))

    def _words(self, mart: Mart) -> Words:
        """What the mart's keys are made of, where that is neither data nor a fixed list."""
        if mart.name == "flow":
            return Words(hosts={portal.id: (portal.domain, *portal.domains) for portal in self._control.portals()})
        if not mart.name.startswith("topic"):
            return Words()
        topics = current_topics(self._engine)
        return Words(topics=topics.names, version=topics.version)

    def _is_empty(self, mart: Mart, sites: Iterable[int]) -> bool:
        """Whether there is nothing that its cells could be about."""
        words = self._words(mart)
        found = {"goal": self._goals(mart, sites), "flow": len(words.hosts) > 1}
        return not found.get(mart.name, words.topics if mart.name.startswith("topic") else True)

    def _recover(self, one: "_Draw", line: Line) -> str:
        """A line that was spent and not published: what of it is in the table went in whole."""
        cells = self._kept_cells(line)
        if not cells:
            return one.say(LOST, line=line.number)
        publish(self._ledger, line, len(cells), output_sha256(cells), self._now())
        return ""

    def _kept_cells(self, line: Line) -> dict[str, int]:
        found = cells_of(self._engine, date.fromisoformat(line.day), line.number)
        return {key_of(*cell): visitors for cell, visitors in found.items()}


class _Draw(msgspec.Struct, frozen=True):
    """One line of the ledger to be."""

    group: str
    release: str
    mart: Mart
    first: date
    last: date

    def say(self, sentence: str, **values: object) -> str:
        return sentence.format(release=self.release, mart=self.mart.name, **values)


class _Ahead:
    """The draws of a day in their order, and what was counted for some of them already: in memory, until they are drawn."""

    def __init__(self, draws: list[_Draw]) -> None:
        self._draws = draws
        self.held: dict[_Draw, tuple[Asked, dict[Cell, int]]] = {}

    def take(self, one: _Draw, asked: Asked) -> dict[Cell, int] | None:
        """What is held for it, of the portals that are asked for; ``None`` where it was not counted, or of fewer portals."""
        of, counts = self.held.pop(one, (None, {}))
        if of is None or not asked.sites.items() <= of.sites.items() or msgspec.structs.replace(of, sites=asked.sites) != asked:
            return None
        return {cell: visitors for cell, visitors in counts.items() if cell[0] in asked.sites}

    def of_one_reading(self, one: _Draw) -> list[_Draw]:
        """Those after it that are counted of the same rows: of topics all, of a mart with one cell a visitor its other release."""
        after = self._draws[self._draws.index(one) + 1 :]
        if one.mart.name in TOPICS:
            return [other for other in after if other.mart.name in TOPICS]
        return [other for other in after if other.mart == one.mart and one.mart.cells == 1]


def _first(mart: Mart, day: date) -> date:
    """The first service day that is drawn with this one: of a week its Monday."""
    return day - timedelta(days=day.weekday()) if mart.grain == "week" else day


def _due_marts(day: date, began: str) -> list[Mart]:
    """The list that the day is drawn by; weeks are closed with their Sunday."""
    return [mart for mart in (MARTS if str(day) >= began else BEFORE) if mart.grain == "day" or day.weekday() == 6]
