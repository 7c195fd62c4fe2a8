"""Who looks at a page: the session in the signed cookie, the token that its forms carry, and what that operator may.

The API knows keys alone and never looks at a cookie; pages know the cookie alone and never look at a key.
"""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import anyio.to_thread
import msgspec
from litestar import Request
from litestar.response import Redirect, Response

from footfall.control.audit import act_as
from footfall.control.roles import Operator, may, require, visible_portals
from footfall.control.sessions import LONGEST_MS, Session, digest_of, find_session
from footfall.errors import Forbidden, NotFound, RateLimited, Unauthorized
from footfall.serve.clock import steady_ms
from footfall.serve.cookies import keep, kept
from footfall.serve.house import House
from footfall.serve.streamed_forms import streamed
from footfall.vocabulary import Portal

__all__ = ["Account", "account_of", "fields_of", "keep_session", "may", "require", "signed_in", "visible_portal", "visible_portals"]

T = TypeVar("T")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
FOREIGN = "This form was sent from another site, or is too old. Load the page again and send it once more."


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks at a page, as its frame and forms need it."""

    operator: Operator | None
    """``None`` where nobody is signed in."""
    session: Session | None
    token: str
    """Goes into every form as the hidden field ``token``: ``{% include "token.html" %}``; of this page alone, and good for the next."""
    anchor: str
    """What the token is bound to: the session's id, or before there is one the random value of a cookie."""

    @property
    def is_steward(self) -> bool:
        """Whether they see the audit log: it names the operators of all portals."""
        return self.operator is not None and may(self.operator, "steward")

    @property
    def has_desk(self) -> bool:
        """Whether they are steward or admin of anything."""
        return self.operator is not None and any(grant.role in ("steward", "admin") for grant in self.operator.grants)

    @property
    def is_chief(self) -> bool:
        """Whether they are admin of all portals."""
        return self.operator is not None and may(self.operator, "admin")

    @property
    def is_admin(self) -> bool:
        """Whether they are admin of anything."""
        return self.operator is not None and any(grant.role == "admin" for grant in self.operator.grants)


async def signed_in(house: House, request: Request[Any, Any, Any]) -> Operator:
    """Who is signed in. Pages behind the door (``pages.routes``) are only reached by somebody who is.

    Raises:
        Unauthorized: nobody is.
    """
    account = await account_of(house, request)
    if account.operator is None:
        raise Unauthorized("Sign in first.")
    return account.operator


async def visible_portal(house: House, request: Request[Any, Any, Any], domain: str) -> Portal:
    """The portal of that domain, if whoever is signed in may see it; the page's menu is this portal's then.

    Raises:
        NotFound: there is none that they may see: one that is there for others looks like none.
    """
    operator = await signed_in(house, request)
    wanted = domain.lower().removeprefix("www.")
    for portal in visible_portals(operator, await in_thread(house.desk.control.portals)):
        if wanted in (portal.domain, *portal.domains):
            request.state.portal = portal
            return portal
    raise NotFound("No portal {domain!r} that you may see.", domain=domain)


async def account_of(house: House, request: Request[Any, Any, Any]) -> Account:
    """Who looks at this page, looked up once a request; what they change is noted under their e-mail."""
    known = request.state.get("account")
    if isinstance(known, Account):
        return known
    id = kept(house, request, "footfall")
    found = await in_thread(lambda: find_session(house.desk.control, id, now_ms=house.desk.now())) if id else None
    session, operator = found or (None, None)
    anchor = id if found else kept(house, request, "form")
    anchor = anchor or secrets.token_urlsafe(16)
    account = Account(operator=operator, session=session, token=_token(house, anchor, secrets.token_urlsafe(12)), anchor=anchor)
    request.state.account = account
    if operator:
        act_as(operator.email)
    return account


async def in_thread(work: Callable[[], T]) -> T:
    """The outcome of work on the control database."""
    return await anyio.to_thread.run_sync(work)


async def require_signed_in(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """Before every page behind the door: who is not signed in is led to the door, and back afterwards; forms must be our own."""
    house: House = request.app.state.house
    account = await account_of(house, request)
    if account.operator is None:
        query = f"?{request.url.query}" if request.url.query else ""
        here = request.url.path + query if request.method in SAFE_METHODS else "/"
        return Redirect(f"/sign-in?next={quote(here, safe='')}", status_code=303)
    await refuse_foreign_form(request)
    return None


async def refuse_foreign_form(request: Request[Any, Any, Any]) -> None:
    """Before every page with a form: what changes something must come from a page of ours, with that page's token.

    Raises:
        Forbidden: it does not.
    """
    if request.method in SAFE_METHODS:
        return
    await refuse_other_origin(request)
    house: House = request.app.state.house
    account = await account_of(house, request)
    sent = (await fields_of(request)).get("token", "")
    nonce, _, _ = sent.partition(".")
    if not secrets.compare_digest(sent.encode(), _token(house, account.anchor, nonce).encode()):
        raise Forbidden(FOREIGN)


async def refuse_other_origin(request: Request[Any, Any, Any]) -> None:
    """What browsers say of where a request comes from, as Go's ``CrossOriginProtection`` reads it; who says nothing is no browser.

    Raises:
        Forbidden: it comes from elsewhere.
    """
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin", "")
    if site:
        is_ours = site in ("same-origin", "none")
    else:
        is_ours = not origin or origin.partition("://")[2] in _own_hosts(request)
    if not is_ours:
        raise Forbidden(FOREIGN)


def refuse_too_many(house: House) -> None:
    """So many tries a minute are enough for a city's staff, and few for who guesses. Of all alike: a limit by account would tell which
    there are, and one by address would keep addresses.

    Raises:
        RateLimited: there were more.
    """
    if not house.allow_sign_in("", steady_ms()):
        raise RateLimited("Too many are signing in just now. Try again in a minute.", retry_after_s=60)


async def fields_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The form that was sent, each character as it was typed; of one with a file what stands before the file."""
    if form := streamed(request):
        return await form.fields()
    return {name: str(value) for name, value in (await request.form()).multi_items()}


def keep_session(house: House, request: Request[Any, Any, Any], response: Response[Any], id: str) -> None:
    """Put the session into the browser's cookie."""
    keep(house, request, response, "footfall", id, LONGEST_MS // 1000)


def keep_anchor(house: House, request: Request[Any, Any, Any], response: Response[Any], account: Account) -> None:
    """Where nobody is signed in: let the next form be known as one that this browser was given."""
    if account.operator is None:
        keep(house, request, response, "form", account.anchor, None)


def forget_session(house: House, request: Request[Any, Any, Any], response: Response[Any]) -> None:
    """Take the session out of the browser."""
    keep(house, request, response, "footfall", "", 0)


def _token(house: House, anchor: str, nonce: str) -> str:
    """Another one in every page: pages travel packed, and what stands in each alike could be guessed from their sizes (BREACH)."""
    return f"{nonce}.{digest_of(house.signer.sign('token', f'{nonce}.{anchor}'))}"


def _own_hosts(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    house: House = request.app.state.house
    own = urlsplit(house.desk.settings.public_url).netloc
    return tuple(host for host in (own, request.headers.get("host", "")) if host)
