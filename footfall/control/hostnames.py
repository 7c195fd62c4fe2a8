"""Domain names as portals have them: lower case, no scheme, no ``www.``, optionally with a path."""

import re

from footfall.errors import BadInput

__all__ = ["as_browsers_send", "as_written", "clean_domain"]

VALID = re.compile(r"[a-z0-9\u0400-\u04ff]([a-z0-9\u0400-\u04ff_.:/-]*[a-z0-9\u0400-\u04ff])?")


def clean_domain(domain: str) -> str:
    """The domain as it is kept.

    Raises:
        BadInput: it is not a host name.
    """
    cleaned = str(domain).strip().lower()
    cleaned = as_written(re.sub(r"^https?://", "", cleaned).removeprefix("www.").rstrip("/"))
    # Digits alone would be another portal's id.
    if not VALID.fullmatch(cleaned) or len(cleaned) > 250 or cleaned.isdigit():
        raise BadInput("Domain {domain!r} is not valid. Valid: a host name such as library.example.city, without https://.", domain=domain)
    return cleaned


def as_browsers_send(domain: str) -> str:
    """The domain with its host in ASCII (punycode); as it is where that cannot be.

    >>> as_browsers_send("пример.рф/парки")
    'xn--e1afmkfd.xn--p1ai/парки'
    """
    host, slash, path = domain.partition("/")
    try:
        return host.encode("idna").decode("ascii") + slash + path
    except UnicodeError:
        return domain


def as_written(domain: str) -> str:
    """The reverse of ``as_browsers_send``, for names that a portal may have.

    >>> as_written("xn--e1afmkfd.xn--p1ai")
    'пример.рф'
    """
    host, slash, path = domain.partition("/")
    try:
        written = host.encode("ascii").decode("idna") + slash + path
    except UnicodeError:
        return domain
    return written if VALID.fullmatch(written) else domain
