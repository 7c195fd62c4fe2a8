"""Where a visit came from: a referrer's source, and the acquisition channel that source and campaign make (Plausible's channels)."""

import json
import re
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

__all__ = ["channel_of", "is_spam", "read_referrer", "source_of"]

_data = files("footfall.collect") / "data"
KNOWN: dict[str, list[str]] = json.loads((_data / "referrers.json").read_text(encoding="utf-8"))
SPAMMERS = frozenset(json.loads((_data / "spammers.json").read_text(encoding="utf-8")))
MEDIUM_OF = {name.lower(): medium for name, medium in KNOWN.values() if medium != "unknown"}
ALIASES = {
    "ig": "Instagram",
    "fb": "Facebook",
    "facebook-ads": "Facebook",
    "adwords": "Google",
    "google-ads": "Google",
    "googleads": "Google",
    "yandex-direct": "Yandex",
    "tg": "Telegram",
    "vkontakte": "VK",
}
NAMES = {name.lower(): name for name, _ in KNOWN.values()}
PAID = re.compile(r"^(.*cp.*|ppc|retargeting|paid.*)$")
SHOPPING = re.compile(r"^(.*(([^a-df-z]|^)shop|shopping).*)$")


@lru_cache(maxsize=20_000)
def read_referrer(referrer: str) -> tuple[str, str]:
    """Host (lower case, no www.) and path of a referrer; ("", "") where it is not a web or app address."""
    try:
        parts = urlsplit(referrer.strip())
    except ValueError:
        return "", ""
    if parts.scheme not in ("http", "https", "android-app") or not parts.hostname:
        return "", ""
    path = parts.path.rstrip("/")
    return parts.hostname.lower().removeprefix("www."), path


def source_of(host: str, path: str = "") -> str:
    """A source's name for a referrer's host, else the host itself; empty for none."""
    found = _known(host, path)
    return found[0] if found else host


def is_spam(host: str) -> bool:
    """Whether the host, or one above it, is on the list of referrer spam."""
    parts = host.split(".")
    return any(".".join(parts[first:]) in SPAMMERS for first in range(len(parts) - 1))


def tagged_source(value: str) -> str:
    """A utm_source, source or ref parameter as a source's name."""
    lowered = value.strip().lower()
    return (
        ALIASES.get(lowered) or NAMES.get(lowered) or source_of(lowered)
        if "." in lowered or lowered in NAMES or lowered in ALIASES
        else value
    )


@lru_cache(maxsize=20_000)
def channel_of(source: str, medium: str, campaign: str, utm_source: str) -> str:
    """The acquisition channel, first rule that fits; "Direct" shows as an empty channel in the store."""
    medium, tag, kind = medium.lower(), utm_source.lower(), MEDIUM_OF.get(source.lower(), "")
    paid = bool(PAID.match(medium))
    if "cross-network" in campaign.lower():
        return "Cross-network"
    for name, fits in (
        ("Paid Shopping", paid and bool(SHOPPING.match(campaign.lower()))),
        ("Paid Search", kind == "search" and (paid or tag.endswith("ads"))),
        ("Paid Social", kind == "social" and (paid or tag.endswith("ads"))),
        ("Display", medium in ("display", "banner", "expandable", "interstitial", "cpm")),
        ("Paid Other", paid),
        ("Organic Shopping", bool(SHOPPING.match(campaign.lower()))),
        ("Organic Social", kind == "social" or medium in ("social", "social-network", "social-media", "sm")),
        ("Organic Video", "video" in medium),
        ("AI Assistants", kind == "ai"),
        ("Organic Search", kind == "search" or medium == "organic"),
        (
            "Email",
            kind == "email" or medium in ("e-mail", "e_mail", "e mail", "email", "newsletter") or tag in ("email", "e-mail"),
        ),
        ("Affiliates", medium in ("affiliate", "affiliates")),
        ("Audio", medium == "audio"),
        ("SMS", "sms" in (medium, tag)),
        (
            "Mobile Push Notifications",
            medium.endswith("push") or medium in ("mobile", "notification") or source.lower() == "firebase",
        ),
        ("Referral", bool(source)),
    ):
        if fits:
            return name
    return "" if not (source or medium or campaign) else "Referral"


@lru_cache(maxsize=20_000)
def _known(host: str, path: str) -> list[str] | None:
    first = path.split("/")[1] if path.count("/") else ""
    for name in (f"{host}/{first}", host):
        if name in KNOWN:
            return KNOWN[name]
    parts = host.split(".")
    for start in range(1, len(parts) - 1):
        if ".".join(parts[start:]) in KNOWN:
            return KNOWN[".".join(parts[start:])]
    return KNOWN.get("www." + host)
