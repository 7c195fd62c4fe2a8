"""Who asks: the key in the Authorization header, and what it may."""

import secrets
from typing import Any

from litestar import Request

from footfall.control.keys import SCOPES, Key, check_key
from footfall.errors import Unauthorized
from footfall.serve.house import Desk

__all__ = ["LocalToken", "bearer"]


class LocalToken:
    """The secret that the command line on this machine reads from ``run.json``; it lives as long as the process."""

    value = secrets.token_urlsafe(32)


def bearer(desk: Desk, request: Request[Any, Any, Any], scope: str, domain: str = "") -> Key:
    """The request's key, if it has the scope (and the portal, where one is named).

    Raises:
        Unauthorized: no key, or one nobody gave out.
        Forbidden: a key without the scope or for other portals.
    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Unauthorized("Missing API key. Send `Authorization: Bearer KEY`; `footfall keys add` makes one.")
    local = secrets.compare_digest(secret.encode(), LocalToken.value.encode())
    key = Key("this machine", SCOPES) if local else check_key(desk.control, secret.strip())
    key.require(scope, domain)
    return key
