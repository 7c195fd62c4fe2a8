"""Whose request it is: the socket's address, or what a trusted proxy in front says."""

import ipaddress
from collections.abc import Callable, Mapping
from functools import lru_cache

from footfall.errors import BadSetting

__all__ = ["make_remote"]

HEADERS = (
    b"x-plausible-ip",
    b"cf-connecting-ip",
    b"true-client-ip",
    b"b-forwarded-for",
    b"x-real-ip",
    b"x-forwarded-for",
    b"forwarded",
    b"x-client-ip",
)


def make_remote(trusted: tuple[str, ...]) -> Callable[[str, Mapping[bytes, bytes]], str]:
    """``remote(socket address, headers)``: headers count only where the socket is in one of the trusted networks.

    Raises:
        BadSetting: a network is not CIDR.
    """
    try:
        networks = [ipaddress.ip_network(text) for text in trusted]
    except ValueError as error:
        raise BadSetting(f"Setting 'trusted_proxies' is not valid: {error}. Valid: networks such as 10.0.0.0/8, 127.0.0.1/32.") from None

    @lru_cache(maxsize=10_000)
    def is_trusted(address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in networks)

    def remote(address: str, headers: Mapping[bytes, bytes]) -> str:
        if not networks or not is_trusted(address):
            return address
        for name in HEADERS:
            found = _first(name, headers.get(name, b"").decode("latin-1"))
            if found:
                return found
        return address

    return remote


def _first(header: bytes, value: str) -> str:
    text = value.split(",")[0].strip()
    if header == b"forwarded":
        text = next((part.strip()[4:] for part in text.split(";") if part.strip().lower().startswith("for=")), "").strip('"')
    if text.startswith("["):
        text = text[1:].split("]")[0]
    elif text.count(":") == 1:
        text = text.split(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
