"""How the very request for a page came here, told back to who sent it. Nothing of it is kept."""

import ipaddress
from collections.abc import Mapping

import msgspec

from footfall.collect.remote import LISTS, SINGLE, make_remote

__all__ = ["Way", "way_of"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """From the browser to us, as far as we see it; the collector sees its requests the same way."""

    peer_is: str
    """What address connected, the browser's or that of a proxy in between: ``machine`` (this one), ``private`` or ``public``."""
    seen_is: str
    """The same of the address that visitors are told apart by."""
    header: str
    """The first header that tells of an address before the peer; empty without one."""
    is_believed: bool
    """Whether the peer is in ``trusted_proxies``."""
    setting: str
    """What ``trusted_proxies`` would be with the peer in it."""


def way_of(peer: str, headers: Mapping[bytes, bytes], trusted: tuple[str, ...]) -> Way:
    """The way of a request from its socket's address and its headers, names in lower case."""
    address = _address(peer)
    networks = [ipaddress.ip_network(text) for text in trusted]
    return Way(
        peer_is=_kind(address),
        seen_is=_kind(_address(make_remote(trusted)(peer, headers))),
        header=next((name.decode() for name in LISTS + SINGLE if headers.get(name)), ""),
        is_believed=address is not None and any(address in network for network in networks),
        setting=",".join((*trusted, str(ipaddress.ip_network(address or "127.0.0.1")))),
    )


def _address(text: str) -> Address | None:
    """``None`` for a socket file, which has none."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _kind(address: Address | None) -> str:
    if address is None or address.is_loopback:
        return "machine"
    return "public" if address.is_global else "private"
