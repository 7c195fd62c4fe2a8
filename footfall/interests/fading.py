"""How items that nobody sees any more fade, and at last are dead; nothing of their history goes."""

from footfall.interests.items import FILLINGS
from footfall.vocabulary import Item

__all__ = ["DIES_AFTER_DAYS", "FADES_AFTER_DAYS", "HALVES_IN_DAYS", "MISSES", "state_of", "weight_of"]

DAY_MS = 86_400_000
FADES_AFTER_DAYS, DIES_AFTER_DAYS = 14, 60
"""Without a sighting by a sitemap, a crawl or traffic, though these have looked."""
MISSES, GONE_AFTER_DAYS = 2, 7
"""Times in a row that it answered 404 or 410 and so fades; days after its last sighting that it is then dead."""
HALVES_IN_DAYS = 7


def state_of(item: Item, misses: int, looked_ms: int, now_ms: int) -> str:
    """What the item is now: live, fading, dead or hidden. ``looked_ms`` is when its portal was last looked through to the end; 0: never.

    What somebody put by hand fades only where its page is gone: nobody need look at it.
    """
    if item.weight == 0:
        return "hidden"
    if item.valid_to_ms and item.valid_to_ms <= now_ms:
        return "dead"
    if misses >= MISSES:
        return "dead" if now_ms - item.seen_ms >= GONE_AFTER_DAYS * DAY_MS else "fading"
    quiet_days = (looked_ms - item.seen_ms) / DAY_MS if item.source in FILLINGS and looked_ms else 0.0
    if quiet_days >= DIES_AFTER_DAYS:
        return "dead"
    return "fading" if quiet_days >= FADES_AFTER_DAYS else "live"


def weight_of(item: Item, now_ms: int) -> float:
    """The editors' weight, halved every week since a fading item was last seen; 0 for what must not be recommended.

    >>> fading = Item(id=1, site=1, path="/", url="", title="", weight=2.0, seen_ms=0, state="fading")
    >>> weight_of(fading, 14 * 86_400_000)
    0.5
    """
    if item.state in ("dead", "hidden") or now_ms < item.valid_from_ms or 0 < item.valid_to_ms <= now_ms:
        return 0.0
    if item.state == "live":
        return item.weight
    return float(item.weight * 0.5 ** (max(0, now_ms - item.seen_ms) / DAY_MS / HALVES_IN_DAYS))
