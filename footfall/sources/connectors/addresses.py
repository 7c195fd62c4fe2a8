"""Which machines may be asked: public ones, and those in networks that a setting allows.

A name is resolved once, its addresses are checked, and the connection goes to one that was checked: what the name says a moment later
changes nothing. Redirects come through here as well; another machine is told nothing that only the first may know, and none leads from
https to http.
"""

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from footfall.errors import BadInput

__all__ = ["Left", "checked_address", "client", "is_allowed", "masked"]

NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Left = Callable[[], float]
"""Seconds until whatever is asked must have been answered."""
TIMEOUT_S = 30.0
MOST_REDIRECTS = 5
TOLD_TO_ALL = frozenset(("accept", "accept-encoding", "connection", "if-match", "if-modified-since", "if-none-match", "user-agent"))
"""Headers that a redirect to another machine may have; all others are taken for credentials."""


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


def checked_address(host: str, port: int, allowed: Iterable[str]) -> str:
    """An address of that name, all of whose addresses may be asked.

    Raises:
        OSError: it has none.
        BadInput: one of them is inside a network that is not allowed.
    """
    found = sorted({str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    if not found or not all(is_allowed(address, allowed) for address in found):
        raise BadInput(
            "{host} is an address inside a network, not a public one. Allow its network with the setting source_networks.", host=host
        )
    return found[0]


def client(allowed: Iterable[str], left: Left | None = None) -> httpx.Client:
    """A client that connects to allowed addresses alone, without proxies of the environment.

    Its answers raise BadInput where they lead from https to http. With ``left`` all of its connections end when nothing of that is left,
    however steadily somebody sends a byte at a time.
    """
    return httpx.Client(
        transport=_transport(tuple(allowed), left),
        timeout=TIMEOUT_S,
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
        trust_env=False,
        event_hooks={"response": [_check_redirect]},
    )


def _transport(allowed: tuple[str, ...], left: Left | None) -> httpx.BaseTransport:
    transport = httpx.HTTPTransport(trust_env=False)
    # httpx hands a network of one's own to nobody, so its pool is replaced.
    transport._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=_Checked(allowed, left))
    return transport


def _check_redirect(answer: httpx.Response) -> None:
    """TRICKY: the request of a redirect is made of the headers of the one before, so what must not go along is taken from that."""
    if not answer.has_redirect_location:
        return
    before = answer.request.url
    after = before.join(answer.headers["location"])
    if before.scheme == "https" and after.scheme != "https":
        raise BadInput("{key} leads from https to http, where anyone may read and change it.", key=masked(str(before)))
    if (before.host, before.port) != (after.host, after.port):
        for name in set(answer.request.headers) - TOLD_TO_ALL:
            del answer.request.headers[name]


class _Checked(httpcore.NetworkBackend):
    def __init__(self, allowed: tuple[str, ...], left: Left | None) -> None:
        self._allowed, self._left, self._backend = allowed, left, httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, *given: Any, **named: Any) -> httpcore.NetworkStream:
        try:
            address = checked_address(host, port, self._allowed)
        except OSError:
            raise httpcore.ConnectError(f"{host} has no address") from None
        stream = self._backend.connect_tcp(address, port, *given, **named)
        return _Bounded(stream, self._left) if self._left else stream


class _Bounded(httpcore.NetworkStream):
    """A connection that ends in time: timeouts of the client are of one read each."""

    def __init__(self, stream: httpcore.NetworkStream, left: Left) -> None:
        self._stream, self._left = stream, left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Bounded(self._stream.start_tls(ssl_context, server_hostname, self._within(timeout)), self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _within(self, timeout: float | None) -> float:
        left = self._left()
        if left <= 0:
            raise httpcore.ReadTimeout("it takes too long altogether")
        return left if timeout is None else min(left, timeout)


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that one of IPv6 stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
