"""Which pages a portal's visitors see, as was drawn: how the catalogue learns of pages that nothing lists.

The catalogue is read by anybody. What stands in it, and whether it lives, therefore hangs on no events: nine visits of one's own would
else tell whether there was a tenth by somebody else.
"""

from footfall.control.content_sources import ContentSource
from footfall.control.items import find_item, mark_seen, paths_of
from footfall.errors import BadQuestion, Refused
from footfall.interests.items import LONGEST_TITLE, plain
from footfall.interests.own import Own
from footfall.privacy.policy import CITY
from footfall.serve.answers import drawn_of
from footfall.serve.house import Desk
from footfall.vocabulary import Portal

__all__ = ["seen_paths", "unlisted"]

LOOKS_BACK = "7d"
MOST_PATHS = 10_000


def seen_paths(desk: Desk, portal: Portal) -> list[str]:
    """Pages that were drawn of the last seven days, most visitors first. Raises Unavailable: the store is away."""
    body = {
        "site_id": portal.domain,
        "metrics": ["visitors"],
        "date_range": LOOKS_BACK,
        "dimensions": ["event:page"],
        "pagination": {"limit": MOST_PATHS},
    }
    try:
        answer = drawn_of(desk, portal, body, CITY.name).answer
    except (BadQuestion, Refused):
        return []
    return [row.dimensions[0] for row in answer.rows if row.metrics[0] is not None and row.dimensions[0].startswith("/")]


def unlisted(desk: Desk, portal: Portal, own: Own, source: ContentSource) -> list[str]:
    """Addresses of pages that visitors see and the catalogue lacks, or knows by nothing but their path. Those that it has were seen.

    A page behind a ``#`` is none of a server's, and left out. Raises Unavailable.
    """
    seen, known = seen_paths(desk, portal), paths_of(desk.control, portal.id)
    mark_seen(desk.control, portal.id, [path for path in seen if path in known], now_ms=desk.now(), is_there=False)
    wanted = [path for path in seen if "#" not in path and not path.startswith("//") and not _is_known(desk, portal, path, known)]
    return [url for path in wanted if (url := own.clean(_at_home(own.url_of(path), source))) and own.path_of(url) == path]


def _is_known(desk: Desk, portal: Portal, path: str, known: dict[str, int]) -> bool:
    if path not in known:
        return False
    item = find_item(desk.control, portal.id, path)
    return item is None or item.source != "traffic" or item.title != plain(path, LONGEST_TITLE)


def _at_home(url: str, source: ContentSource) -> str:
    """The page on the host that the source names, where it names one."""
    if not source.url:
        return url
    scheme, _, rest = source.url.partition("://")
    _, slash, path = url.partition("://")[2].partition("/")
    return f"{scheme}://{rest.partition('/')[0]}{slash}{path}"
