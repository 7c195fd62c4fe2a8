"""The visits that a next hit may join: those of this process from memory, earlier ones read back from the store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from operator import attrgetter
from typing import Any, Protocol

from footfall.store.visits import Visit, read_back
from footfall.vocabulary import Hit

__all__ = ["OpenVisits"]

DAY_MS = 86_400_000
REACH_MS = 31 * 60_000
"""A visit seen longer ago than this is over: 30 whole minutes."""
LATENESS_MS = 10 * 60_000
"""How far apart hits usually arrive out of order; visits over for longer than this leave memory."""
ZONES = timedelta(days=1)
"""Between a day in UTC and a service day."""
LIFE = timedelta(days=2)
"""A late hit may join a visit that began so much later: no visitor is known by the same hash for longer."""
VISITORS_A_QUERY = 5_000
"""Their ids fit one typed parameter of an HTTP request."""
time_of = attrgetter("time_ms")
LATEST = files("footfall.store").joinpath("open_visits.sql").read_text(encoding="utf-8")
STORED = """SELECT site, toUnixTimestamp64Milli(max(seen)), max(number), max(dateDiff('day', day, toDate(seen)))
FROM visits WHERE site IN {sites:Array(UInt32)} GROUP BY site"""


class Asked(Protocol):
    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, *, name: str = "") -> list[tuple[Any, ...]]: ...


class OpenVisits:
    """The latest visit of each visitor lately seen. ``limit`` visits stay in memory (1.5 kB each); the rest is found again in the store.

    What it answers does not depend on what memory holds, as long as everything it was given has reached the store.
    """

    def __init__(self, engine: Asked, limit: int = 200_000) -> None:
        self._engine, self._limit = engine, limit
        self._visits: dict[tuple[int, int], Visit] = {}
        self._stored_until: dict[int, int] = {}
        """By site: visits that the store has and memory lacks were seen at this instant or before."""
        self._longest: dict[int, int] = {}
        """By site: days over which the longest of these visits goes. Mostly 0 or 1; a robot in an import may go on for weeks."""
        self._next: dict[int, int] = {}
        """By site: the number of the next visit."""

    def may_lack(self, hits: Sequence[Hit]) -> bool:
        """Whether memory perhaps lacks a visit that one of these hits may join: a look at their times, not at each visitor.

        Raises:
            Unavailable: the store is away.
        """
        sites = {hit.site for hit in hits if hit.visitor}
        self._learn(sites)
        return bool(sites) and min(map(time_of, hits)) - REACH_MS <= max(self._stored_until[site] for site in sites)

    def recall(self, hits: Sequence[Hit]) -> None:
        """Read back every visit that one of these hits may join and memory lacks.

        Raises:
            Unavailable: the store is away.
        """
        if not self.may_lack(hits):
            return
        wanted: dict[int, set[int]] = {}
        times: dict[int, list[int]] = {}
        for hit in hits:
            if hit.visitor and (hit.site, hit.visitor) not in self._visits and hit.time_ms - REACH_MS <= self._stored_until[hit.site]:
                wanted.setdefault(hit.site, set()).add(hit.visitor)
                times.setdefault(hit.site, []).append(hit.time_ms)
        for site, visitors in wanted.items():
            longest = timedelta(days=self._longest[site])
            days = {"from_day": _day(min(times[site]) - REACH_MS) - longest - ZONES, "to_day": _day(max(times[site])) + LIFE}
            for some in _split(visitors):
                for row in self._engine.query(LATEST, {"site": site, "visitors": some} | days, name="open_visits"):
                    visit = read_back(site, row)
                    self._visits[site, visit.visitor] = visit

    def latest(self, hit: Hit) -> Visit | None:
        """The visit of the hit's visitor that opened last."""
        return self._visits.get((hit.site, hit.visitor))

    def put(self, visit: Visit) -> None:
        """The visit just grew or opened: it is its visitor's latest, and the last to leave memory."""
        key = (visit.site, visit.visitor)
        self._visits.pop(key, None)
        self._visits[key] = visit

    def next_number(self, site: int) -> int:
        """Numbers of a portal's visits grow by one, over restarts too."""
        if site not in self._next:
            self._learn({site})
        number = self._next[site]
        self._next[site] = number + 1
        return number

    def drop(self, visitors: Iterable[tuple[int, int]]) -> None:
        """Let go of the visits of these (site, visitor): they are leaving the store too."""
        for key in visitors:
            self._visits.pop(key, None)

    def prune(self, now_ms: int) -> None:
        """Let go of visits that are over at ``now_ms``, longest untouched first, and of what is above the limit."""
        over_ms = now_ms - REACH_MS - LATENESS_MS
        leaving: list[tuple[int, int]] = []
        for key, visit in self._visits.items():
            if visit.seen_ms >= over_ms and len(self._visits) - len(leaving) <= self._limit:
                break
            leaving.append(key)
        for key in leaving:
            visit = self._visits.pop(key)
            site, seen_ms = visit.site, visit.seen_ms
            if seen_ms > self._stored_until[site]:
                self._stored_until[site] = seen_ms
            days = (seen_ms - _midnight_ms(visit.day)) // DAY_MS
            if days > self._longest[site]:
                self._longest[site] = days

    def forget(self) -> None:
        """Hold nothing in memory; the store knows."""
        self._visits.clear()
        self._stored_until.clear()
        self._longest.clear()
        self._next.clear()

    def _learn(self, sites: set[int]) -> None:
        """What the store holds of these portals, asked once for all of them: it is the partitions that cost, not the portals."""
        unknown = sites - self._stored_until.keys()
        if not unknown:
            return
        found = self._engine.query(STORED, {"sites": sorted(unknown)}, name="stored_visits")
        for site, seen_ms, number, longest in [*((site, 0, -1, 0) for site in unknown), *found]:
            self._stored_until[site], self._longest[site], self._next[site] = seen_ms, max(0, longest), number + 1

    def __len__(self) -> int:
        return len(self._visits)


def _day(time_ms: int) -> date:
    return datetime.fromtimestamp(time_ms / 1000, UTC).date()


@lru_cache
def _midnight_ms(day: str) -> int:
    """The day's first instant in UTC."""
    return (date.fromisoformat(day) - date(1970, 1, 1)).days * DAY_MS


def _split(visitors: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(visitors)
    while some := list(islice(rest, VISITORS_A_QUERY)):
        yield some
