"""Asking a portal's own hosts for its pages: one at a time, slowly, and only where robots.txt lets us.

Redirects are not followed here: whoever asked is told where it leads, and asks for that in its turn, if it is the portal's own.
"""

from collections.abc import Callable, Mapping
from typing import Literal

import httpx
import msgspec
from protego import Protego

from footfall import __version__
from footfall.errors import Unavailable
from footfall.interests.own import Own
from footfall.unchanged import condition_of, version_of
from footfall.vocabulary import Clock

__all__ = ["ROBOT", "SHORTEST_DELAY_S", "Answered", "Fetcher", "Pace", "joined"]

ROBOT = "Footfall-Content"
"""What robots.txt calls us."""
USER_AGENT = f"{ROBOT}/{__version__}"
SHORTEST_DELAY_S = 1.0
MOST_ROBOTS_BYTES, MOST_PAGE_BYTES = 500_000, 3_000_000
MOST_REDIRECTS = 5
LONGEST_ANSWER_MS = 60_000
MOVED = (301, 302, 303, 307, 308)
Outcome = Literal["read", "same", "gone", "moved", "closed", "forbidden", "failed"]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking for an address."""

    outcome: Outcome
    """``read``: here it is. ``same``: as it was. ``gone``: 404 or 410. ``closed``: not for everybody (401, 403 …), or too large.
    ``forbidden``: by robots.txt. ``failed``: no answer, or an error of the server's."""
    body: bytes = b""
    content_type: str = ""
    version: str = ""
    """As Last-Modified or ETag call it."""
    robots: str = ""
    """X-Robots-Tag."""
    to: str = ""
    """Where it has moved, absolute."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How a run keeps its distance."""

    now: Clock
    wait: Callable[[float], None]
    """Is told seconds; may raise to end the run."""
    asked: Callable[[int], None]
    """Is told when a host was asked, ms."""
    last_ms: int = 0
    """When a host was asked last; 0: never."""


class _Raw(msgspec.Struct, frozen=True):
    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool


class Fetcher:
    """Fetches for one run. ``robots`` is what hosts' robots.txt said in this run, by address; it is added to."""

    def __init__(self, client: httpx.Client, own: Own, pace: Pace, robots: dict[str, Protego]) -> None:
        self._client, self._own, self._pace = client, own, pace
        self._last_ms = pace.last_ms
        self._robots = robots

    def fetch(self, url: str, version: str = "", most_bytes: int = MOST_PAGE_BYTES) -> Answered:
        """What is at that address of the portal; ``version`` is that of what is known already.

        Raises:
            BadInput: the host's address is inside a network that must not be asked.
            Unavailable: the host says that it has enough for now (429).
        """
        rules = self._rules(url)
        if rules is None or not rules.can_fetch(url, ROBOT):
            return Answered(outcome="failed" if rules is None else "forbidden")
        found = self._get(url, condition_of(version), max(SHORTEST_DELAY_S, float(rules.crawl_delay(ROBOT) or 0)), most_bytes)
        return _answered(found, url)

    def sitemaps(self, url: str) -> list[str]:
        """What the host's robots.txt names as sitemaps."""
        rules = self._rules(url)
        return list(rules.sitemaps) if rules else []

    def _rules(self, url: str) -> Protego | None:
        """The host's robots.txt; without one, everything may be read. ``None``: it cannot be had now, and nothing may (RFC 9309)."""
        origin = str(httpx.URL(url).copy_with(raw_path=b"/robots.txt", fragment=None))
        found = self._robots.get(origin) or self._read_rules(origin)
        if found:
            self._robots[origin] = found
        return found

    def _read_rules(self, url: str) -> Protego | None:
        for _ in range(MOST_REDIRECTS):
            found = self._get(url, {}, SHORTEST_DELAY_S, MOST_ROBOTS_BYTES)
            if found is None or found.status >= 500:
                return None
            if found.status in MOVED:
                url = joined(url, found.headers.get("location", ""))
                if not self._own.clean(url):
                    return None
                continue
            return Protego.parse(found.body.decode("utf-8", "replace") if found.status == 200 else "")
        return None

    def _get(self, url: str, headers: dict[str, str], delay_s: float, most_bytes: int) -> _Raw | None:
        """``None`` where there is no answer."""
        if self._last_ms:
            self._pace.wait(max(0.0, delay_s - max(0, self._pace.now() - self._last_ms) / 1000))
        self._last_ms = self._pace.now()
        self._pace.asked(self._last_ms)
        try:
            return self._read(url, headers | {"user-agent": USER_AGENT}, most_bytes)
        except (httpx.HTTPError, httpx.InvalidURL):
            return None

    def _read(self, url: str, headers: dict[str, str], most_bytes: int) -> _Raw | None:
        body, began_ms = bytearray(), self._pace.now()
        with self._client.stream("GET", url, headers=headers, follow_redirects=False) as answer:
            if answer.status_code == 429:
                raise Unavailable("The portal's host says that it is asked too often.", retry_after_s=60)
            if answer.status_code == 200:
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > most_bytes or self._pace.now() - began_ms > LONGEST_ANSWER_MS:
                        break
            return _Raw(answer.status_code, answer.headers, bytes(body[:most_bytes]), len(body) <= most_bytes)


def _answered(found: _Raw | None, url: str) -> Answered:
    if found is None or found.status >= 500 or found.status in (408, 425):
        return Answered(outcome="failed")
    if found.status == 304:
        return Answered(outcome="same")
    if found.status in (404, 410):
        return Answered(outcome="gone")
    if found.status in MOVED:
        return Answered(outcome="moved", to=joined(url, found.headers.get("location", "")))
    if found.status != 200 or not found.is_whole:
        return Answered(outcome="closed")
    return Answered(
        outcome="read",
        body=found.body,
        content_type=found.headers.get("content-type", ""),
        version=version_of(found.headers),
        robots=found.headers.get("x-robots-tag", ""),
    )


def joined(url: str, location: str) -> str:
    """Where a location leads that the page at ``url`` names; empty where it is none."""
    try:
        return str(httpx.URL(url).join(location)) if location else ""
    except httpx.InvalidURL:
        return ""
