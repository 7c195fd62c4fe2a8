"""From ``Sent`` to ``Hit``: refuse what must be refused, add what can be known, forget the rest. STEPS is the whole policy, in order."""

from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from footfall.collect.agents import Agent, read_agent
from footfall.collect.conditions import USUAL, Conditions
from footfall.collect.days import day_of
from footfall.collect.pages import (
    CLICK_IDS,
    KEPT_QUERY,
    bare_address,
    bare_host,
    cut_address,
    kept_of,
    read_page,
    read_query,
    read_route,
    with_query,
)
from footfall.collect.places import Place
from footfall.collect.referrers import NO_ORIGIN, Origin, channel_of, read_origin, tagged_source
from footfall.collect.sent import Sent
from footfall.collect.visitor import whole_network_of
from footfall.vocabulary import ENGAGEMENT, SCROLL_UNKNOWN, Hit, Portal

__all__ = ["KEPT_QUERY", "REASONS", "STEPS", "Context", "Draft", "Portals", "Refusal", "Visitors", "process"]

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

MAX_PROPS, MAX_PROP_NAME, MAX_PROP_VALUE = 30, 300, 2000
MAX_CAMPAIGN, MAX_REFERRER = 300, 500


class Portals(Protocol):
    """Portals by each of the names that trackers use."""

    def by_domain(self, domain: str) -> Portal | None: ...
    def by_id(self, id: int) -> Portal | None: ...
    def by_umami_id(self, umami_id: str) -> Portal | None: ...
    @property
    def sealed(self) -> Mapping[int, Portal]: ...


class Visitors(Protocol):
    """The day's pseudonyms; ``time_ms`` is the arrival, the salt in force then is used. ``opens``: whether the event may open a visit."""

    def visitor(self, group: str, timezone: str, site: int, address: str, agent: str, time_ms: int, opens: bool = True) -> int: ...
    def late_visitor(self, group: str, timezone: str, site: int, address: str, agent: str, time_ms: int) -> int: ...


class Reach(Protocol):
    """The reach room, where it is on."""

    def saw(self, site: int, address: str, agent: str, time_ms: int, arrived_ms: int) -> None: ...


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
    conditions: Conditions = USUAL
    reach: Reach | None = None
    """``None``: nothing is counted across portals."""


class Draft(msgspec.Struct, gc=False):
    """An event on its way: what was sent, beside the hit it becomes and what steps pass on to later ones."""

    sent: Sent
    portal: Portal
    hit: Hit
    agent: Agent
    origin: Origin
    query: dict[str, str]


def process(sent: Sent, context: Context) -> Hit | Refusal:
    """The hit that is kept of an event, or why it was refused."""
    portal = _portal(sent, context.portals)
    if sent.fault:
        return Refusal(portal.id if portal else 0, sent.fault)
    if portal is None:
        return Refusal(0, "unknown_portal")
    hit = Hit(site=portal.id, time_ms=sent.time_ms, day=day_of(portal.timezone, sent.time_ms), visitor=0, name=sent.name)
    origin = read_origin(cut_address(sent.referrer)[0]) if sent.referrer else NO_ORIGIN
    draft = Draft(sent, portal, hit, read_agent(sent.sender.agent, sent.sender.hints), origin, {})
    for step in STEPS:
        reason = step(draft, context)
        if reason:
            return Refusal(portal.id, reason)
    if context.reach is not None:
        _count_reach(draft, context.reach)
    return draft.hit


def refuse_bot(draft: Draft, context: Context) -> str:
    """Robots by agent string and client hints; also whoever sends no agent string."""
    return "bot" if draft.agent.is_bot else ""


def refuse_prefetch(draft: Draft, context: Context) -> str:
    """Pages that a browser fetched in case somebody would look."""
    return "prefetch" if draft.sent.sender.prefetch else ""


def refuse_spam(draft: Draft, context: Context) -> str:
    """Referrers that exist to be looked up in statistics."""
    return "spam_referrer" if draft.origin.is_spam else ""


def refuse_signal(draft: Draft, context: Context) -> str:
    """Sec-GPC or DNT, where the portal wants nothing of such visitors."""
    return "privacy_signal" if draft.sent.sender.signal and draft.portal.privacy_signal == "refuse" else ""


def refuse_flood(draft: Draft, context: Context) -> str:
    """More events a minute from one address than people make."""
    sender = draft.sent.sender
    return "" if context.allow(sender.address, sender.received_ms) else "rate_limit"


def put_page(draft: Draft, context: Context) -> str:
    """Host and path, and of the query what is on the allow-list; everything else of the address is dropped here."""
    sent, hit, own = draft.sent, draft.hit, draft.portal.allowed_query
    base, query, fragment = cut_address(sent.url)
    try:
        hit.hostname, path = read_page(base)
    except ValueError:
        return "malformed"
    if sent.hostname:
        hit.hostname = bare_host(sent.hostname)
    if fragment and sent.hash_mode:
        path, query = _with_fragment(path, query, fragment)
    if query:
        draft.query = read_query(query, kept_of(own))
        if own:
            path = with_query(path, draft.query, own)
    hit.path = path
    return ""


def put_event(draft: Draft, context: Context) -> str:
    """What happened, with the properties that the portal allows; addresses among them lose their query."""
    sent, hit, allowed = draft.sent, draft.hit, draft.portal.allowed_props
    hit.interactive, hit.engagement_ms = sent.interactive, sent.engagement_ms
    hit.scroll_depth = sent.scroll_depth if sent.scroll_depth <= 100 else SCROLL_UNKNOWN
    if sent.props:
        kept: dict[str, str] = {}
        for name, value in sent.props.items():
            if (not allowed or name in allowed) and len(kept) < MAX_PROPS:
                kept[name[:MAX_PROP_NAME]] = bare_address(value)[:MAX_PROP_VALUE]
        hit.props = kept
    return ""


def put_source(draft: Draft, context: Context) -> str:
    """Referrer, campaign, source and channel. A portal is not its own source."""
    hit, origin, query, portal = draft.hit, draft.origin, draft.query, draft.portal
    host = origin.host
    if host and host != hit.hostname and host != portal.domain and host not in portal.domains:
        hit.referrer, hit.source = origin.page[:MAX_REFERRER], origin.source
    click = ""
    if query and context.conditions.campaigns:
        get = query.get
        hit.utm_source = get("utm_source", "")[:MAX_CAMPAIGN]
        hit.utm_medium = get("utm_medium", "")[:MAX_CAMPAIGN]
        hit.utm_campaign = get("utm_campaign", "")[:MAX_CAMPAIGN]
        hit.utm_content = get("utm_content", "")[:MAX_CAMPAIGN]
        hit.utm_term = get("utm_term", "")[:MAX_CAMPAIGN]
        tag = hit.utm_source or get("source") or get("ref")
        if tag:
            hit.source = tagged_source(tag[:MAX_CAMPAIGN])
        click = "" if CLICK_IDS.isdisjoint(query) else min(CLICK_IDS.intersection(query))
    hit.channel = channel_of(hit.source, hit.utm_medium, hit.utm_campaign, hit.utm_source, click)
    return ""


def put_device(draft: Draft, context: Context) -> str:
    """Browser, system and device, as far as agent string and client hints tell."""
    hit, agent = draft.hit, draft.agent
    hit.browser, hit.browser_version = agent.browser, agent.browser_version
    hit.os, hit.os_version, hit.device = agent.os, agent.os_version, agent.device
    return ""


def put_place(draft: Draft, context: Context) -> str:
    """Country, and region and city where the steward's database has them."""
    place = context.place_of(_address(draft, context))
    draft.hit.country, draft.hit.region, draft.hit.city = place.country, place.region, place.city
    return ""


def put_visitor(draft: Draft, context: Context) -> str:
    """The day's pseudonym; the last use of address and agent string. An event that comes a day late is told so.

    Who sends a privacy signal has none: it would be forgotten, and until then be taken for an open visit.
    """
    if _is_signalled(draft, context):
        return ""
    portal, sender, hit, visitors = draft.portal, draft.sent.sender, draft.hit, context.visitors
    arrived_ms = sender.received_ms
    who = (portal.group, portal.timezone, portal.id, _address(draft, context), sender.agent, arrived_ms)
    is_late = draft.sent.time_ms != arrived_ms and hit.day != day_of(portal.timezone, arrived_ms)
    hit.visitor = visitors.late_visitor(*who) if is_late else visitors.visitor(*who, hit.name != ENGAGEMENT)
    return ""


def forget_detail(draft: Draft, context: Context) -> str:
    """A privacy signal on a portal that counts: what happened, where and when stays, and nothing else. A ping alone has nothing to stay."""
    if not _is_signalled(draft, context):
        return ""
    hit = draft.hit
    draft.hit = Hit(
        site=hit.site,
        time_ms=hit.time_ms,
        day=hit.day,
        visitor=0,
        name=hit.name,
        interactive=hit.interactive,
        hostname=hit.hostname,
        path=hit.path,
    )
    return "no_visit" if hit.name == ENGAGEMENT else ""


STEPS: tuple[Callable[[Draft, Context], str], ...] = (
    refuse_bot,
    refuse_prefetch,
    refuse_spam,
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
"""Each answers with a reason of REASONS, which ends the work, or with an empty text. Before them: the portal is looked up."""


def _is_signalled(draft: Draft, context: Context) -> bool:
    """Whether the browser objects, and the portal or its conditions heed that."""
    return draft.sent.sender.signal and (draft.portal.privacy_signal == "count" or context.conditions.heeds_signals)


def _count_reach(draft: Draft, reach: Reach) -> None:
    """Who looks and whose browser does not object is counted across portals; an engagement ping alone makes no visitor."""
    sender, hit = draft.sent.sender, draft.hit
    if hit.visitor and not sender.signal and hit.name != ENGAGEMENT:
        reach.saw(hit.site, sender.address, sender.agent, hit.time_ms, sender.received_ms)


def _address(draft: Draft, context: Context) -> str:
    """What of the sender's address place and visitor are told by."""
    address = draft.sent.sender.address
    return whole_network_of(address) if context.conditions.whole_networks else address


def _with_fragment(path: str, query: str, fragment: str) -> tuple[str, str]:
    """Path with its route, and both queries. A fragment with values in it (``#access_token=…``) is no route."""
    route, _, inner = fragment.partition("?")
    return (path if "=" in route else read_route(path, route)), f"{query}&{inner}" if inner else query


def _portal(sent: Sent, portals: Portals) -> Portal | None:
    if sent.site_kind == "domain":
        return portals.by_domain(sent.site_key)
    if sent.site_kind == "umami":
        return portals.by_umami_id(sent.site_key)
    return portals.by_id(int(sent.site_key)) if sent.site_key.isdecimal() and len(sent.site_key) < 10 else None
