"""What is remembered of addresses and agent strings, to be quick: in memory, bounded, and all forgotten together now and then."""

from collections.abc import Callable
from contextlib import suppress
from functools import _lru_cache_wrapper, lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Any, TypeVar
from weakref import WeakSet

__all__ = ["forget_recent", "recently"]

T = TypeVar("T")
_caches: WeakSet["_lru_cache_wrapper[Any]"] = WeakSet()
PROPERTIES: tuple[Any, ...] = tuple(vars(kind)[name] for kind in (IPv4Address, IPv6Address) for name in ("is_global", "is_private"))
"""TRICKY: of the standard library's addresses some properties are caches too, of the last 128 addresses asked."""


def recently(most: int) -> "Callable[[Callable[..., T]], _lru_cache_wrapper[T]]":
    """As ``lru_cache``, emptied by ``forget_recent``: for functions of an address, an agent string, or text that holds one."""

    def remember(work: Callable[..., T]) -> "_lru_cache_wrapper[T]":
        cached = lru_cache(maxsize=most)(work)
        _caches.add(cached)
        return cached

    return remember


def forget_recent() -> None:
    """Empty all such caches. Called every half hour, so that no address outlives the visit it was needed for by much."""
    for cache in tuple(_caches):
        cache.cache_clear()
    for property in PROPERTIES:
        with suppress(AttributeError):
            property.fget.cache_clear()
