"""Which addresses are a portal's own, and how its events write them."""

from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import httpx

from footfall.errors import BadInput
from footfall.vocabulary import Portal

__all__ = ["LONGEST_URL", "Own"]

LONGEST_URL = 2000
PathOf = Callable[[str], str]
SAFE = "/:@!$&'()*+,;=-._~%"


class Own:
    """Addresses of one portal: its registered hosts, on the ports that browsers take by themselves or those that its domains name, and
    below the paths of domains that have one.

    ``path_of`` is how events write the path of an address.
    """

    def __init__(self, portal: Portal, path_of: PathOf) -> None:
        self.portal, self.zone = portal, ZoneInfo(portal.timezone)
        self._path_of = path_of
        self._places = [_place(domain) for domain in (portal.domain, *portal.domains)]

    def clean(self, url: str) -> str:
        """The address as it may be asked for: no user, no fragment, no query but what the portal allows; empty where it is not its own."""
        found = _parsed(url)
        if found is None or not any(_lies_in(found, place) for place in self._places):
            return ""
        query = [(name, value) for name, value in found.params.multi_items() if name in self.portal.allowed_query]
        path = found.raw_path.partition(b"?")[0].decode("ascii") or "/"
        target = f"{path}?{urlencode(query)}" if query else path
        cleaned = str(found.copy_with(raw_path=target.encode("ascii"), fragment=None, username="", password=""))
        return cleaned if len(cleaned) <= LONGEST_URL else ""

    def path_of(self, url: str) -> str:
        """The path that events of that page have."""
        return self._path_of(url)

    def url_of(self, path: str) -> str:
        """The address of a path of events, on the portal's first domain.

        Raises:
            BadInput: it is no path of a page.
        """
        if not path.startswith("/") or path.startswith("//"):
            raise BadInput("path {path!r} is not valid. Valid: a path that starts with one '/'.", path=path[:100])
        base, mark, query = path.partition("?")
        return f"https://{self._places[0][0]}{quote(base, safe=SAFE)}{mark}{query}"

    def checked(self, url: str) -> str:
        """As ``clean``, of an address that somebody wrote.

        Raises:
            BadInput: it is no address of the portal.
        """
        cleaned = self.clean(url)
        if not cleaned:
            raise BadInput(
                "url {url!r} is not valid. Valid: an http(s) address of {domains}, at most {most:,} characters.",
                url=url[:200],
                domains=", ".join((self.portal.domain, *self.portal.domains)),
                most=LONGEST_URL,
            )
        return cleaned

    def homes(self) -> Iterator[str]:
        """Where its registered domains begin."""
        return (f"https://{host}{prefix}/" for host, prefix in self._places)


def _place(domain: str) -> tuple[str, str]:
    """Host, with a port where one is named, and the path before all its pages."""
    host, slash, path = domain.partition("/")
    return host.removeprefix("www."), f"{slash}{path}".rstrip("/")


def _parsed(url: str) -> httpx.URL | None:
    try:
        found = httpx.URL(url.strip())
        is_one = found.scheme in ("http", "https") and bool(found.host)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return None
    return found if is_one else None


def _lies_in(url: httpx.URL, place: tuple[str, str]) -> bool:
    """TRICKY: ``..`` may be encoded, and then a host that several portals share leads out of this one's pages."""
    host, prefix = place
    if ".." in url.path.split("/"):
        return False
    authority = url.host.removeprefix("www.") + (f":{url.port}" if url.port is not None else "")
    return authority == host and (url.path == prefix or url.path.startswith(f"{prefix}/"))
