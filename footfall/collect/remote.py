"""Whose request it is: the socket's address, or what a trusted proxy in front says.

Anyone can send any header, so headers count only from a proxy whose network is in the settings. Lists are read from their end, past the
proxies we trust: what stands before was written by who knows whom.
"""

import ipaddress
from collections.abc import Callable, Mapping

from footfall.collect.recently import recently
from footfall.errors import BadSetting

__all__ = ["LISTS", "SINGLE", "make_remote"]

LISTS = (b"x-forwarded-for", b"b-forwarded-for", b"forwarded")
SINGLE = (b"x-real-ip", b"cf-connecting-ip", b"true-client-ip", b"fastly-client-ip", b"x-plausible-ip", b"x-client-ip")
"""Looked at only where there is no list: proxies extend lists, but pass these on as some client wrote them."""
MAX_CACHED = 50_000
MAX_HEADER = 1000


def make_remote(trusted: tuple[str, ...]) -> Callable[[str, Mapping[bytes, bytes]], str]:
    """``remote(socket address, headers)``: headers count only where the socket is in one of the trusted networks.

    Raises:
        BadSetting: a network is not CIDR.
    """
    try:
        networks = [ipaddress.ip_network(text) for text in trusted]
    except ValueError as error:
        raise BadSetting(f"Setting 'trusted_proxies' is not valid: {error}. Valid: networks such as 10.0.0.0/8, 127.0.0.1/32.") from None

    @recently(MAX_CACHED)
    def is_trusted(address: str) -> bool:
        return address != "" and any(ipaddress.ip_address(address) in network for network in networks)

    @recently(MAX_CACHED)
    def last_untrusted(value: bytes) -> str:
        found = [address for address in map(_address, reversed(value.decode("latin-1").split(","))) if address]
        return next((address for address in found if not is_trusted(address)), found[-1] if found else "")

    def remote(address: str, headers: Mapping[bytes, bytes]) -> str:
        address = _unmapped(address)
        if not networks or not is_trusted(_address(address)):
            return address
        for name in LISTS + SINGLE:
            value = headers.get(name)
            if value:
                found = last_untrusted(value[-MAX_HEADER:])
                if found:
                    return found
        return address

    return remote


@recently(MAX_CACHED)
def _address(text: str) -> str:
    """The address in one entry of a header, without port, brackets and ``for=``; empty where there is none."""
    text = text.strip()
    if "=" in text:
        text = next((part.strip()[4:] for part in text.split(";") if part.strip().lower().startswith("for=")), "").strip('"')
    if text.startswith("["):
        text = text[1:].split("]")[0]
    elif text.count(":") == 1:
        text = text.split(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def _unmapped(address: str) -> str:
    """``1.2.3.4`` of ``::ffff:1.2.3.4``, as a socket that listens on both families gives it."""
    return address[7:] if address.startswith("::ffff:") and "." in address else address
