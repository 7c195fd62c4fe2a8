"""Who asks: the key in the Authorization header, and what it may."""

import secrets
from typing import Any

import anyio.to_thread
from litestar import Request

from footfall.control.audit import act_as
from footfall.control.database import Control
from footfall.control.keys import NOT_FOR_THAT_PORTAL, SCOPES, Key, check_key
from footfall.errors import Forbidden, NotFound, Unauthorized
from footfall.serve.house import House
from footfall.vocabulary import Portal

__all__ = ["LOCAL", "LocalToken", "absent_to", "authorize", "key_of", "portal_for", "require_whole", "secret_in"]

LOCAL = Key("this machine", SCOPES)


class LocalToken:
    """The secret that the command line on this machine reads from ``run.json``; it lives as long as the process."""

    value = secrets.token_urlsafe(32)


async def authorize(house: House, request: Request[Any, Any, Any], *scopes: str, is_question: bool = False) -> Key:
    """The request's key, if it has one of the scopes. Questions count towards its hourly limit.

    Raises:
        RateLimited: it asked too often.
        Unauthorized, Forbidden: as ``secret_in`` and ``key_of``.
    """
    key = await anyio.to_thread.run_sync(key_of, house, secret_in(request.headers.get("authorization", "")), *scopes)
    if key is not LOCAL:
        act_as(f"key {key.name}")
        if is_question:
            house.hourly.count(key.name)
    return key


def key_of(house: House, secret: str, *scopes: str) -> Key:
    """The key of that secret, if it has one of the scopes; asks the control database, on this thread.

    Raises:
        Unauthorized: nobody gave it out.
        Forbidden: a key without the scope.
    """
    if secrets.compare_digest(secret.encode(), LocalToken.value.encode()):
        return LOCAL
    key = check_key(house.desk.control, secret)
    key.require(next((scope for scope in scopes if scope in key.scopes), scopes[0]))
    return key


def secret_in(header: str) -> str:
    """The secret of an Authorization header. Raises Unauthorized where it has none."""
    scheme, _, secret = header.partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise Unauthorized("Missing API key. Send `Authorization: Bearer KEY`; `footfall keys add` makes one.")
    return secret


def require_whole(key: Key) -> None:
    """Raises Forbidden for a key that is bound to some portals, where the answer is of all of them."""
    if key.portals:
        raise Forbidden("This is of the whole home. A key for some portals may not ask it.")


def absent_to(key: Key, error: NotFound) -> NotFound | Forbidden:
    """What a key is told of something that is not there: one for some portals is told the same of what is another's."""
    return Forbidden(NOT_FOR_THAT_PORTAL) if key.portals else error


def portal_for(control: Control, key: Key | None, scope: str, name: str) -> Portal:
    """The portal of that name, if the key may. A key for some portals is not told which others there are.

    Raises:
        Forbidden: it may not.
        NotFound: there is none.
    """
    try:
        portal = control.portal(name)
    except NotFound:
        if key and key.portals:
            raise Forbidden(NOT_FOR_THAT_PORTAL) from None
        raise
    if key:
        key.require(scope, portal.domain)
    return portal
