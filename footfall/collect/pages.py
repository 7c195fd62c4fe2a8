"""What is kept of a page's address: host, path, and of the query the parameters on an allow-list; never a user, a port or a session id."""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote, unquote_to_bytes, urlsplit

__all__ = [
    "CLICK_IDS",
    "KEPT_QUERY",
    "NO_HOST",
    "bare_address",
    "bare_host",
    "cut_address",
    "kept_of",
    "parameters",
    "read_page",
    "read_query",
    "read_route",
    "with_query",
]

KEPT_QUERY = frozenset(("ref", "source", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"))
"""Kept of every address, as source and campaign."""
CLICK_IDS = frozenset(("gclid", "msclkid", "yclid"))
"""Parameters whose presence makes a channel; their values name one click and are dropped."""
NO_HOST = "(none)"
MAX_PATH = 2000
MAX_CACHED = 8192
WITH_PORT = re.compile(r"(\[.*\]|[^:]*):\d*")
SESSION_ID = re.compile(r";(jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)


def cut_address(url: str) -> tuple[str, str, str]:
    """An address (or a path) in its parts, still encoded: scheme, host and path; query; fragment, which is what follows the first ``#``."""
    fragment = query = ""
    if "#" in url:
        url, _, fragment = url.partition("#")
    if "?" in url:
        url, _, query = url.partition("?")
    return url, query, fragment


@lru_cache(maxsize=MAX_CACHED)
def read_page(base: str) -> tuple[str, str]:
    """Host (lower case, no ``www.``; "(none)" where there is none) and decoded path of an address without query.

    Raises:
        ValueError: it is no address.
    """
    parts = urlsplit(base.strip())
    host = (parts.hostname or "").strip().removeprefix("www.") or NO_HOST
    return host, SESSION_ID.sub("", unquote(parts.path)).rstrip()[:MAX_PATH] or "/"


def read_route(path: str, route: str) -> str:
    """A path with the route that a fragment is, decoded."""
    return f"{path}#{unquote(route)}".rstrip()[:MAX_PATH]


@lru_cache(maxsize=1024)
def kept_of(allowed: tuple[str, ...]) -> re.Pattern[str]:
    """What ``read_query`` has to look for, for a portal that allows these parameters of its own."""
    return parameters(KEPT_QUERY | CLICK_IDS | frozenset(allowed))


def parameters(names: Iterable[str]) -> re.Pattern[str]:
    """Finds these parameters in a query, their names as they are or encoded."""
    forms = sorted({form for name in names for form in (name, quote_plus(name), quote(name))})
    return re.compile(f"&({'|'.join(map(re.escape, forms))})=([^&]+)")


def read_query(query: str, wanted: re.Pattern[str]) -> dict[str, str]:
    """The wanted parameters of a query, decoded; of repeated ones the last. Blank ones are left out; of others nothing is looked at."""
    return {_decode(name): _decode(value) for name, value in wanted.findall(f"&{query}")}


def with_query(path: str, query: dict[str, str], allowed: tuple[str, ...]) -> str:
    """The path with what the portal allows of the query, in the order of its list."""
    kept = [f"{quote_plus(name)}={quote_plus(query[name])}" for name in allowed if name in query and name not in KEPT_QUERY]
    return f"{path}?{'&'.join(kept)}"[:MAX_PATH] if kept else path


def bare_address(value: str) -> str:
    """A property's value without what an address in it would tell: query, fragment, user; of a mail or telephone link only its kind."""
    if ":" not in value and "/" not in value[:2]:
        return value
    value = value.strip()
    start = value[:8].lower()
    if start.startswith(("mailto:", "tel:", "sms:", "data:")):
        return value.partition(":")[0].lower() + ":"
    if value.startswith("/"):
        return value.partition("#")[0].partition("?")[0]
    if not start.startswith(("http://", "https://", "//")):
        return value
    base = value.partition("#")[0].partition("?")[0]
    scheme, slashes, rest = base.partition("//")
    host, slash, path = rest.partition("/")
    return scheme + slashes + host.rpartition("@")[2] + slash + path


def bare_host(host: str) -> str:
    """A host as answers name it: lower case, without user, port and ``www.``."""
    host = host.lower()
    if "@" in host or ":" in host:
        host = host.rpartition("@")[2]
        found = WITH_PORT.fullmatch(host)
        host = found[1] if found else host
    return host.removeprefix("www.")


def _decode(text: str) -> str:
    """A parameter's text: what ``urllib.parse.unquote_plus`` gives, several times as fast for addresses."""
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    plain = text.replace("%3A", ":").replace("%2F", "/").replace("%3F", "?").replace("%3D", "=").replace("%26", "&").replace("%20", " ")
    return unquote_to_bytes(text).decode("utf-8", "replace") if "%" in plain else plain
