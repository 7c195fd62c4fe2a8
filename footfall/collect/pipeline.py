"""From ``Sent`` to ``Hit``: refuse what must be refused, add what can be known, forget the rest. STEPS is the whole policy, in order."""

import posixpath
from collections.abc import Callable
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import msgspec

from footfall.collect.agents import Agent, read_agent, with_hints
from footfall.collect.days import day_of
from footfall.collect.places import Place
from footfall.collect.referrers import channel_of, is_spam, read_referrer, source_of, tagged_source
from footfall.collect.sent import Sent
from footfall.vocabulary import SCROLL_UNKNOWN, Hit, Portal

__all__ = ["REASONS", "STEPS", "Context", "Portals", "Refusal", "process"]

REASONS = {
    "malformed": "could not be read as its format",
    "too_large": "the body is over its bound",
    "unknown_portal": "no portal of that name or id",
    "bot": "the agent string is a robot's, or empty",
    "prefetch": "the browser fetched the page ahead, nobody saw it",
    "spam_referrer": "the referrer is on the list of referrer spam",
    "rate_limit": "too many events a minute from one address",
    "privacy_signal": "the portal refuses events that carry Sec-GPC or DNT",
    "no_visit": "an engagement ping without an open visit",
    "unavailable": "the journal could not take it; the tracker was told 503",
}
"""Why an event is refused. The words are the header's, the table's and the health page's."""

KEPT_QUERY = frozenset(("ref", "source", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"))
MAX_PROPS, MAX_PROP_NAME, MAX_PROP_VALUE = 30, 300, 2000


class Portals(Protocol):
    """Portals by each of the names that trackers use."""

    def by_domain(self, domain: str) -> Portal | None: ...
    def by_id(self, id: int) -> Portal | None: ...
    def by_umami_id(self, umami_id: str) -> Portal | None: ...


class Visitors(Protocol):
    def visitor(self, group: str, timezone: str, site: int, address: str, agent: str, time_ms: int) -> int: ...


class Refusal(msgspec.Struct, frozen=True):
    """An event turned away."""

    site: int
    """0 where the portal is not known."""
    reason: str
    """One of REASONS."""


class Context(msgspec.Struct, kw_only=True):
    """What the steps are handed."""

    portals: Portals
    visitors: Visitors
    place_of: Callable[[str], Place]
    allow: Callable[[str, int], bool]
    """Rate limit: (address, now in ms) → may it pass."""


class Draft(msgspec.Struct, kw_only=True):
    """An event on its way: what was sent, beside the hit it becomes."""

    sent: Sent
    portal: Portal
    agent: Agent
    hit: Hit
    query: dict[str, str] = {}


def process(sent: Sent, context: Context) -> Hit | Refusal:
    """The hit that is kept of an event, or why it was refused."""
    portal = _portal(sent, context.portals)
    if portal is None:
        return Refusal(0, "unknown_portal")
    agent = read_agent(sent.agent)
    hit = Hit(site=portal.id, time_ms=sent.time_ms, day=day_of(portal.timezone, sent.time_ms), visitor=0, name=sent.name)
    draft = Draft(sent=sent, portal=portal, agent=agent, hit=hit)
    for step in STEPS:
        reason = step(draft, context)
        if reason:
            return Refusal(portal.id, reason)
    return hit


def refuse_bot(draft: Draft, context: Context) -> str:
    return "bot" if draft.agent.is_bot else ""


def refuse_prefetch(draft: Draft, context: Context) -> str:
    return "prefetch" if draft.sent.prefetch else ""


def refuse_signal(draft: Draft, context: Context) -> str:
    return "privacy_signal" if draft.sent.signal and draft.portal.privacy_signal == "refuse" else ""


def refuse_flood(draft: Draft, context: Context) -> str:
    return "" if context.allow(draft.sent.address, draft.sent.time_ms) else "rate_limit"


def put_page(draft: Draft, context: Context) -> str:
    """Host, path and the query that is allowed; everything else of the address is dropped."""
    sent, hit = draft.sent, draft.hit
    try:
        parts = urlsplit(sent.url)
        host = parts.hostname or ""
    except ValueError:
        return "malformed"
    hit.hostname = (sent.hostname or host).lower().removeprefix("www.") or "(none)"
    path = unquote(parts.path).rstrip() or "/"
    if sent.hash_mode and parts.fragment:
        path += "#" + unquote(parts.fragment)
    query = dict(parse_qsl(parts.query)) if parts.query else {}
    draft.query = {name: value for name, value in query.items() if name in KEPT_QUERY}
    own = {name: query[name] for name in draft.portal.allowed_query if name in query and name not in KEPT_QUERY}
    hit.path = (path + ("?" + urlencode(own) if own else ""))[:2000]
    return ""


def put_event(draft: Draft, context: Context) -> str:
    """What happened, with the properties the portal allows."""
    sent, hit, allowed = draft.sent, draft.hit, draft.portal.allowed_props
    hit.interactive = sent.interactive
    hit.engagement_ms, hit.scroll_depth = sent.engagement_ms, sent.scroll_depth if sent.scroll_depth <= 100 else SCROLL_UNKNOWN
    if sent.props:
        kept = [(name, value) for name, value in sent.props.items() if not allowed or name in allowed]
        hit.props = {name[:MAX_PROP_NAME]: value[:MAX_PROP_VALUE] for name, value in kept[:MAX_PROPS]}
    return ""


def put_source(draft: Draft, context: Context) -> str:
    """Referrer, source, campaign and channel. Spam referrers are refused; a portal is not its own source."""
    hit, query = draft.hit, draft.query
    host, path = read_referrer(draft.sent.referrer) if draft.sent.referrer else ("", "")
    if host and is_spam(host):
        return "spam_referrer"
    if host and host != hit.hostname and host not in (draft.portal.domain, *draft.portal.domains):
        hit.referrer, hit.source = posixpath.join(host, path.lstrip("/")) if path else host, source_of(host, path)
    for name in ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"):
        if name in query:
            setattr(hit, name, query[name][:300])
    tag = query.get("utm_source") or query.get("source") or query.get("ref")
    if tag:
        hit.source = tagged_source(tag[:300])
    hit.channel = channel_of(hit.source, hit.utm_medium, hit.utm_campaign, hit.utm_source)
    return ""


def put_device(draft: Draft, context: Context) -> str:
    agent = with_hints(draft.agent, draft.sent.hints) if draft.sent.hints else draft.agent
    hit = draft.hit
    hit.browser, hit.browser_version, hit.os, hit.os_version = agent.browser, agent.browser_version, agent.os, agent.os_version
    hit.device = agent.device
    return ""


def put_place(draft: Draft, context: Context) -> str:
    place = context.place_of(draft.sent.address)
    draft.hit.country, draft.hit.region, draft.hit.city = place.country, place.region, place.city
    return ""


def put_visitor(draft: Draft, context: Context) -> str:
    """The day's pseudonym; the last use of address and agent string."""
    portal, sent = draft.portal, draft.sent
    draft.hit.visitor = context.visitors.visitor(portal.group, portal.timezone, portal.id, sent.address, sent.agent, sent.time_ms)
    return ""


def forget_detail(draft: Draft, context: Context) -> str:
    """A privacy signal on a portal that counts: page and event stay; visitor, source, place and device go."""
    if not (draft.sent.signal and draft.portal.privacy_signal == "count"):
        return ""
    hit = draft.hit
    hit.visitor = 0
    for name in FORGOTTEN:
        setattr(hit, name, "")
    return ""


FORGOTTEN = Hit.__struct_fields__[Hit.__struct_fields__.index("referrer") : Hit.__struct_fields__.index("props")]

STEPS: tuple[Callable[[Draft, Context], str], ...] = (
    refuse_bot,
    refuse_prefetch,
    refuse_signal,
    refuse_flood,
    put_page,
    put_event,
    put_source,
    put_device,
    put_place,
    put_visitor,
    forget_detail,
)


def _portal(sent: Sent, portals: Portals) -> Portal | None:
    if sent.site_kind == "domain":
        return portals.by_domain(sent.site_key)
    if sent.site_kind == "umami":
        return portals.by_umami_id(sent.site_key)
    return portals.by_id(int(sent.site_key)) if sent.site_key.isdigit() else None
