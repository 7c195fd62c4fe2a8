"""The door by single sign-on: to the organisation's provider and back."""

from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Redirect, Response

from footfall.control.audit import acting_as
from footfall.control.sessions import open_session
from footfall.errors import NotFound, Unauthorized
from footfall.serve.cookies import keep, kept
from footfall.serve.house import House
from footfall.serve.pages.account_words import said
from footfall.serve.pages.door import sign_in_form
from footfall.serve.pages.frame import safe_path
from footfall.serve.sign_in import keep_session, refuse_too_many
from footfall.serve.single_sign_on import CALLBACK, LIFE_MS, Asked, ask, email_of, operator_of
from footfall.serve.sites import public_url

__all__ = ["ROUTES"]


@get("/sign-in/sso")
async def go_to_provider(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """To the provider; what comes back is known by a cookie."""
    settings, back = _settings(house), public_url(request, house) + CALLBACK
    refuse_too_many(house)
    wanted, now_ms = safe_path(request.query_params.get("next", "/")), house.desk.now()
    address, asked = await house.in_provider_lane(lambda: ask(settings, back, wanted, now_ms))
    response = Redirect(address, status_code=303)
    keep(house, request, response, "sso", msgspec.json.encode(asked).decode(), LIFE_MS // 1000)
    return response


@get(CALLBACK)
async def come_from_provider(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """A session for an operator of the verified e-mail; nobody is made one by coming here."""
    settings, back, now_ms = _settings(house), public_url(request, house) + CALLBACK, house.desk.now()
    refuse_too_many(house)
    remembered = kept(house, request, "sso")
    asked = msgspec.json.decode(remembered, type=Asked) if remembered else None
    answer = dict(request.query_params)

    def work() -> str:
        operator = operator_of(house.desk.control, email_of(settings, back, asked, answer, now_ms))
        with acting_as(operator.email):
            return open_session(house.desk.control, operator.id, now_ms=now_ms)

    try:
        id = await house.in_provider_lane(work)
    except Unauthorized as error:
        response = await sign_in_form(house, request, asked.next if asked else "/", fault=said(request, error))
    else:
        assert asked is not None
        response = Redirect(asked.next, status_code=303)
        keep_session(house, request, response, id)
    keep(house, request, response, "sso", "", 0)
    return response


def _settings(house: House) -> Any:
    settings = house.desk.settings
    if not settings.oidc_issuer:
        raise NotFound("Single sign-on is not set up here.")
    return settings


ROUTES = [go_to_provider, come_from_provider]
