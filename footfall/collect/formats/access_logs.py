"""Page views out of server logs. RULES is what counts for nothing, in order; the rest goes through the steps of live events."""

import re
from collections.abc import Callable
from typing import ClassVar

from footfall.collect.agents import MAX_AGENT, Agent, read_agent
from footfall.collect.conditions import USUAL, Conditions
from footfall.collect.days import day_of
from footfall.collect.formats.log_lines import LogReader, Request
from footfall.collect.importing import BadLine, Passed
from footfall.collect.pages import cut_address
from footfall.collect.pipeline import (
    Context,
    Draft,
    put_device,
    put_page,
    put_place,
    put_source,
    put_visitor,
    refuse_bot,
    refuse_spam,
)
from footfall.collect.places import Place
from footfall.collect.referrers import NO_ORIGIN, read_origin
from footfall.collect.sent import Sender, Sent
from footfall.collect.visitor import network_of
from footfall.vocabulary import PAGEVIEW, Hit, Portal

__all__ = ["RULES", "make_decoder"]

ASSET = re.compile(
    r"\.(css|js|mjs|map|png|jpe?g|jp2|gif|svgz?|ico|cur|bmp|tiff?|webp|avif|heic|woff2?|ttf|otf|eot|mp[34]|m4[av]|webm|og[agv]|wav|mov|avi|flac|"
    r"json|xml|txt|rss|atom|webmanifest|wasm|swf|axd|ashx)$"
    r"|^/(favicon|apple-touch-icon|robots\.txt|\.well-known/|wp-json/|cgi-sys/)",
    re.IGNORECASE,
)
DOWNLOAD = re.compile(
    r"\.(pdf|docx?|xlsx?|pptx?|pps|key|od[tspg]|rtf|epub|csv|zip|rar|7z|t?gz|tar|bz2|xz|exe|msi|dmg|pkg|deb|rpm|apk|iso|jar)$",
    re.IGNORECASE,
)
NOT_CHANGED = 304
LAST_MS = 5_600_000_000_000
ADDRESS = re.compile(r"https?://", re.IGNORECASE)

RULES: tuple[tuple[str, Callable[[Request, str], bool]], ...] = (
    ("method", lambda request, path: request.method != "GET"),
    ("error", lambda request, path: request.status >= 400 or request.status < 200),
    ("redirect", lambda request, path: 300 <= request.status < 400 and request.status != NOT_CHANGED),
    ("no_page", lambda request, path: not path.startswith("/")),
    ("asset", lambda request, path: ASSET.search(path) is not None),
    ("download", lambda request, path: DOWNLOAD.search(path) is not None),
)
"""Why a request is no page view, and when; the first that fits is counted. After them STEPS may say "bot" or "spam_referrer"."""

STEPS = (refuse_bot, refuse_spam, put_page, put_source, put_device, put_place, put_visitor)


def make_decoder(
    portal: Portal,
    visitor_of: Callable[[str | None, int], int],
    place_of: Callable[[str], Place],
    conditions: Conditions = USUAL,
) -> Callable[[bytes], Hit]:
    """A decoder of one log's lines, in their order.

    It raises Passed for what is no page view and BadLine for what is no log line. A log of several hosts counts whole, each page with
    its host.
    """
    reader = LogReader()
    context = Context(
        portals=_Nobody(),
        visitors=_Visitors(visitor_of),
        place_of=place_of,
        allow=lambda address, now_ms: True,
        conditions=conditions,
    )
    return lambda line: _hit(reader.read(line), portal, context)


def _hit(request: Request, portal: Portal, context: Context) -> Hit:
    if not 0 <= request.time_ms < LAST_MS:
        raise BadLine("its time is not between 1970 and 2147")
    path = _path_of(request.target)
    for reason, fits in RULES:
        if fits(request, path):
            raise Passed(reason)
    draft = _draft(request, portal)
    for step in STEPS:
        reason = step(draft, context)
        if reason == "malformed":
            raise BadLine("its address cannot be read")
        if reason:
            raise Passed(reason)
    return draft.hit


def _path_of(target: str) -> str:
    base = cut_address(target)[0]
    return "/" + base.split("/", 3)[3] if ADDRESS.match(base) and base.count("/") > 2 else base


def _draft(request: Request, portal: Portal) -> Draft:
    """As if a tracker had sent it; the log's time is its arrival."""
    agent = (request.agent or "")[:MAX_AGENT]
    host = request.host or portal.domain
    sent = Sent(
        sender=Sender(agent=agent, address=request.address, received_ms=request.time_ms),
        site_kind="id",
        site_key=str(portal.id),
        name=PAGEVIEW,
        url=request.target if ADDRESS.match(request.target) else f"https://{host}{request.target}",
        hostname=request.host,
        time_ms=request.time_ms,
    )
    hit = Hit(site=portal.id, time_ms=request.time_ms, day=day_of(portal.timezone, request.time_ms), visitor=0, name=PAGEVIEW)
    origin = read_origin(cut_address(request.referrer)[0]) if request.referrer else NO_ORIGIN
    return Draft(sent, portal, hit, Agent() if request.agent is None else read_agent(agent), origin, {})


class _Visitors:
    """The visitor rule of live events, under the salts of imports. What counts of a log are page views: each may open a visit."""

    def __init__(self, visitor_of: Callable[[str | None, int], int]) -> None:
        self._visitor_of = visitor_of

    def visitor(self, group: str, timezone: str, site: int, address: str, agent: str, time_ms: int, opens: bool = True) -> int:
        return self._visitor_of(f"{network_of(address)}|{agent}", time_ms)

    late_visitor = visitor
    """A line is read under the salt of its own day, whenever that is."""


class _Nobody:
    """Portals of a context whose steps look none up."""

    sealed: ClassVar[dict[int, Portal]] = {}

    def by_domain(self, domain: str) -> Portal | None:
        return None

    def by_id(self, id: int) -> Portal | None:
        return None

    def by_umami_id(self, umami_id: str) -> Portal | None:
        return None
