"""Where a visit came from: a referrer's source, a campaign tag's source, and the acquisition channel that both make.

Channels are those of Plausible, which are GA4's default groups with AI assistants beside them. CHANNELS is the whole rule, in order.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

import msgspec

__all__ = ["CHANNELS", "NO_ORIGIN", "Origin", "channel_of", "is_spam", "read_origin", "read_referrer", "source_of", "tagged_source"]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of ``data/referrers.json``."""

    kind: str
    """search, social, video, shopping, email, ai, or empty."""
    hosts: list[str]
    tags: list[str]


_data = files("footfall.collect") / "data"
SOURCES = msgspec.json.decode((_data / "referrers.json").read_bytes(), type=dict[str, Source])
SPAMMERS = frozenset((_data / "spammers.txt").read_text(encoding="utf-8").split())
KIND_OF = {name.lower(): source.kind for name, source in SOURCES.items()}
BY_HOST = {host: name for name, source in SOURCES.items() for host in source.hosts}
BY_TAG = {name.lower(): name for name in SOURCES} | {tag: name for name, source in SOURCES.items() for tag in source.tags}
PAID_TAGS = frozenset(tag for tag in BY_TAG if tag.endswith(("ad", "ads"))) | {"adwords", "yandex-direct", "yandex_direct", "yandexdirect"}
PAID_MEDIUM = re.compile(r"^(.*cp.*|ppc|retargeting|paid.*)$")
SHOP_CAMPAIGN = re.compile(r"^(.*(([^a-df-z]|^)shop|shopping).*)$")
PAID_CLICKS = {("google", "gclid"), ("bing", "msclkid"), ("yandex", "yclid")}
DISPLAY_MEDIA = ("display", "banner", "expandable", "interstitial", "cpm")
SOCIAL_MEDIA = ("social", "social-network", "social-media", "sm", "social network", "social media")
EMAIL_WORDS = ("email", "e-mail", "e_mail", "e mail", "newsletter")
MAX_CACHED = 8192


class Origin(msgspec.Struct, frozen=True):
    """A referrer, read: what is kept of it."""

    host: str = ""
    """Lower case, no ``www.``; empty where the referrer is no web or app address."""
    page: str = ""
    """Host and path, as stored."""
    source: str = ""
    is_spam: bool = False


class Campaign(msgspec.Struct, frozen=True):
    """What channels are decided by; all lower case."""

    source: str
    medium: str
    campaign: str
    tag: str
    """utm_source as sent."""
    click: str
    """Name of the click id parameter in the address; its value is never read."""
    kind: str
    """What the source is: search, social, video, shopping, email, ai, or unknown (empty)."""

    def is_paid(self, kind: str) -> bool:
        return self.kind == kind and (bool(PAID_MEDIUM.match(self.medium)) or self.tag in PAID_TAGS)

    def is_shop(self) -> bool:
        return self.kind == "shopping" or bool(SHOP_CAMPAIGN.match(self.campaign))


CHANNELS: tuple[tuple[str, Callable[[Campaign], bool]], ...] = (
    ("Cross-network", lambda c: "cross-network" in c.campaign),
    ("Paid Shopping", lambda c: c.is_shop() and bool(PAID_MEDIUM.match(c.medium))),
    ("Paid Search", lambda c: c.is_paid("search") or (c.source, c.click) in PAID_CLICKS),
    ("Paid Social", lambda c: c.is_paid("social")),
    ("Paid Video", lambda c: c.is_paid("video")),
    ("Display", lambda c: c.medium in DISPLAY_MEDIA),
    ("Paid Other", lambda c: bool(PAID_MEDIUM.match(c.medium))),
    ("Organic Shopping", lambda c: c.is_shop()),
    ("Organic Social", lambda c: c.kind == "social" or c.medium in SOCIAL_MEDIA),
    ("Organic Video", lambda c: c.kind == "video" or "video" in c.medium),
    ("AI Assistants", lambda c: c.kind == "ai"),
    ("Organic Search", lambda c: c.kind == "search"),
    ("Email", lambda c: c.kind == "email" or any(word in text for word in EMAIL_WORDS for text in (c.tag, c.medium))),
    ("Affiliates", lambda c: c.medium == "affiliate"),
    ("Audio", lambda c: c.medium == "audio"),
    ("SMS", lambda c: "sms" in (c.tag, c.medium)),
    (
        "Mobile Push Notifications",
        lambda c: c.medium.endswith("push") or "mobile" in c.medium or "notification" in c.medium or c.source == "firebase",
    ),
    ("Referral", lambda c: c.source != "" or c.medium in ("referral", "app", "link")),
)
"""Channel and when it fits, first one wins; none is "Direct"."""


@lru_cache(maxsize=MAX_CACHED)
def channel_of(source: str, medium: str, campaign: str, utm_source: str, click: str = "") -> str:
    """The acquisition channel; empty for direct traffic, which answers show as "Direct"."""
    source = source.lower()
    known = Campaign(source, medium.lower(), campaign.lower(), utm_source.lower(), click, KIND_OF.get(source, ""))
    return next((name for name, fits in CHANNELS if fits(known)), "")


@lru_cache(maxsize=MAX_CACHED)
def read_origin(referrer: str) -> Origin:
    """What is kept of a referrer that has lost its query and fragment."""
    host, path = read_referrer(referrer)
    return Origin(host, host + path, source_of(host, path), is_spam(host)) if host else NO_ORIGIN


def read_referrer(referrer: str) -> tuple[str, str]:
    """Host (lower case, no www.) and path of a referrer; ("", "") where it is not a web or app address."""
    try:
        parts = urlsplit(referrer.strip())
        host = parts.hostname
    except ValueError:
        return "", ""
    if parts.scheme not in ("http", "https", "android-app") or not host or host == "localhost":
        return "", ""
    return host.removeprefix("www."), parts.path.rstrip("/")


def source_of(host: str, path: str = "") -> str:
    """A source's name for a referrer's host, else the host itself; empty for none."""
    return _known(host, path) or host


@lru_cache(maxsize=MAX_CACHED)
def tagged_source(value: str) -> str:
    """A utm_source, source or ref parameter as a source's name; one nobody knows stays as it is."""
    lowered = value.strip().lower()
    return BY_TAG.get(lowered) or ("." in lowered and _known(lowered.removeprefix("www."), "")) or value


def is_spam(host: str) -> bool:
    """Whether the host, or one above it, is on the list of referrer spam."""
    return any(name in SPAMMERS for name in _upwards(host))


def _known(host: str, path: str) -> str:
    """The source that owns this host and the path's first part, or the host, or the nearest host above it."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    if first and f"{host}/{first}" in BY_HOST:
        return BY_HOST[f"{host}/{first}"]
    return next((BY_HOST[name] for name in _upwards(host) if name in BY_HOST), "")


def _upwards(host: str) -> list[str]:
    parts = host.split(".")
    return [".".join(parts[start:]) for start in range(max(1, len(parts) - 1))]


NO_ORIGIN = Origin()
