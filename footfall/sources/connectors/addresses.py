"""Which machines may be asked: public ones, and those in networks that a setting allows.

A name is resolved once, its addresses are checked, and the connection goes to one that was checked: what the name says a moment later
changes nothing. Redirects come through here as well.
"""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from footfall.errors import BadInput

__all__ = ["client", "is_allowed", "masked"]

NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
TIMEOUT_S = 30.0
MOST_REDIRECTS = 5


def is_allowed(address: str, allowed: Iterable[str]) -> bool:
    """Whether it is a public address, or in a network of ``allowed``.

    >>> [is_allowed(each, ()) for each in ("93.184.215.14", "169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::a00:1")]
    [True, False, False, False]
    >>> is_allowed("10.1.2.3", ["10.0.0.0/8"])
    True
    """
    found = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    if any(found in ipaddress.ip_network(network) for network in allowed):
        return True
    return found.is_global and not found.is_multicast


def masked(url: str) -> str:
    """The address without its user, password and query, as errors and logs may hold it.

    >>> masked("https://anna:secret@data.example.org:8443/a.csv?token=x")
    'https://data.example.org:8443/a.csv'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def client(allowed: Iterable[str]) -> httpx.Client:
    """A client that connects to allowed addresses alone, without proxies of the environment."""
    transport = httpx.HTTPTransport(trust_env=False)
    # httpx hands a network of one's own to nobody, so its pool is replaced.
    transport._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=_Checked(tuple(allowed)))
    return httpx.Client(transport=transport, timeout=TIMEOUT_S, follow_redirects=True, max_redirects=MOST_REDIRECTS, trust_env=False)


class _Checked(httpcore.NetworkBackend):
    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed, self._backend = allowed, httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, *given: Any, **named: Any) -> httpcore.NetworkStream:
        try:
            found = sorted({str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
        except OSError:
            raise httpcore.ConnectError(f"{host} has no address") from None
        if not found or not all(is_allowed(address, self._allowed) for address in found):
            raise BadInput(
                "{host} is an address inside a network, not a public one. Allow its network with the setting source_networks.", host=host
            )
        return self._backend.connect_tcp(found[0], port, *given, **named)


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that one of IPv6 stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
