"""Server logs: Common and Combined format, line by line. Pages count; assets, errors, redirects and robots are set apart by reason."""

import re
from collections.abc import Callable
from datetime import datetime

from footfall.collect.agents import read_agent
from footfall.collect.days import day_of
from footfall.collect.importing import Passed
from footfall.collect.pipeline import KEPT_QUERY
from footfall.collect.places import Place
from footfall.collect.referrers import channel_of, is_spam, read_referrer, source_of, tagged_source
from footfall.vocabulary import PAGEVIEW, Hit, Portal

__all__ = ["make_decoder"]

LINE = re.compile(
    r'(?P<address>\S+) \S+ (?P<user>\S+|".*?") \[(?P<time>[^\]]+)\] "(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?P<bytes>\S+)'
    r'(?: "(?P<referrer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)")?'
)
ASSET = re.compile(
    r"\.(css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|eot|otf|mp[34]|webm|ogg|wav|json|xml|txt|rss|atom|webmanifest|wasm)$"
    r"|/(favicon|robots|apple-touch-icon)",
    re.IGNORECASE,
)
TIME = "%d/%b/%Y:%H:%M:%S %z"


def make_decoder(portal: Portal, visitor_of: Callable[[str | None, int], int], place_of: Callable[[str], Place]) -> Callable[[bytes], Hit]:
    """A decoder of this portal's log lines. It raises Passed for what is no page view and ValueError for what is no log line."""

    def decode(line: bytes) -> Hit:
        found = LINE.match(line.decode("utf-8", "replace"))
        if not found:
            raise ValueError("not a line of the Common or Combined log format")
        return _hit(found, portal, visitor_of, place_of)

    return decode


def _hit(found: re.Match[str], portal: Portal, visitor_of: Callable[[str | None, int], int], place_of: Callable[[str], Place]) -> Hit:
    method, _, rest = found["request"].partition(" ")
    target = rest.rsplit(" ", 1)[0]
    path, _, query = target.partition("?")
    _pass_over(method, path, int(found["status"]))
    agent_text = found["agent"] or ""
    agent = read_agent(agent_text)
    if found["agent"] is not None and agent.is_bot:
        raise Passed("bot")
    time_ms = int(datetime.strptime(found["time"], TIME).timestamp() * 1000)
    hit = Hit(
        site=portal.id,
        time_ms=time_ms,
        day=day_of(portal.timezone, time_ms),
        visitor=visitor_of(f"{found['address']}|{agent_text}", time_ms),
        name=PAGEVIEW,
        hostname=portal.domain,
        path=path or "/",
        browser=agent.browser,
        browser_version=agent.browser_version,
        os=agent.os,
        os_version=agent.os_version,
        device=agent.device,
    )
    place = place_of(found["address"])
    hit.country, hit.region, hit.city = place.country, place.region, place.city
    _put_source(hit, portal, found["referrer"] or "", query)
    return hit


def _pass_over(method: str, path: str, status: int) -> None:
    if not path.startswith("/"):
        raise Passed("not a page")
    if method != "GET":
        raise Passed("method")
    if status >= 400:
        raise Passed("error")
    if 300 <= status < 400 and status != 304:
        raise Passed("redirect")
    if ASSET.search(path):
        raise Passed("asset")


def _put_source(hit: Hit, portal: Portal, referrer: str, query: str) -> None:
    host, path = read_referrer(referrer)
    if host and is_spam(host):
        raise Passed("spam_referrer")
    if host and host not in (portal.domain, *portal.domains):
        hit.referrer, hit.source = host + path, source_of(host, path)
    pairs = dict(part.partition("=")[::2] for part in query.split("&") if part)
    kept = {name: value for name, value in pairs.items() if name in KEPT_QUERY}
    for name, value in kept.items():
        if name.startswith("utm_"):
            setattr(hit, name, value[:300])
    tag = kept.get("utm_source") or kept.get("source") or kept.get("ref")
    if tag:
        hit.source = tagged_source(tag[:300])
    hit.channel = channel_of(hit.source, hit.utm_medium, hit.utm_campaign, hit.utm_source)
