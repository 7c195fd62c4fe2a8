"""Domain names as portals have them: lower case, no scheme, no ``www.``, optionally with a path."""

import re

from footfall.errors import BadInput

__all__ = ["clean_domain"]

VALID = re.compile(r"[a-z0-9\u0400-\u04ff]([a-z0-9\u0400-\u04ff_.:/-]*[a-z0-9\u0400-\u04ff])?")


def clean_domain(domain: str) -> str:
    """The domain as it is kept.

    Raises:
        BadInput: it is not a host name.
    """
    cleaned = str(domain).strip().lower()
    cleaned = re.sub(r"^https?://", "", cleaned).removeprefix("www.").rstrip("/")
    if not VALID.fullmatch(cleaned) or len(cleaned) > 250:
        raise BadInput(f"Domain {domain!r} is not valid. Valid: a host name such as library.example.city, without https://.")
    return cleaned
