"""Who a resident is today, as far as anybody can tell: computed from the request in memory, never looked up and never kept."""

import secrets
from typing import Any

from litestar import Request

from footfall.collect import request as tracker
from footfall.collect.conditions import CONDITIONS
from footfall.collect.formats.shared import sender_of
from footfall.collect.server import lists_of
from footfall.collect.visitor import Pseudonym, network_of, whole_network_of
from footfall.control.sessions import digest_of
from footfall.errors import RateLimited
from footfall.serve.clock import steady_ms
from footfall.serve.house import House
from footfall.vocabulary import Portal

__all__ = ["address_of", "erase_today", "is_token", "new_token"]

Asked = Request[Any, Any, Any]


def erase_today(house: House, request: Asked, portal: Portal) -> None:
    """Have today's events of whoever asks deleted, and no more of them counted today. Says nothing of whether there are any.

    Raises:
        RateLimited: this address asks too often, or too many do.
    """
    address = network_of(address_of(house, request))
    if not (house.allow_erasing(address, steady_ms()) and house.allow_all_erasing("", steady_ms())):
        raise RateLimited("Too many ask for that just now. Try again in a minute.", retry_after_s=60)
    if house.gate.reach:
        house.gate.reach.erase(portal.id, address_of(house, request), _agent(request))
    house.desk.erased.add(portal.id, _pseudonyms(house, request, portal))


def new_token(house: House, request: Asked, portal: Portal) -> str:
    """For a form of this page, good today for whoever loads it: a form that another site makes up, or was given, is none of theirs.

    It needs no cookie. Another one in every page, for the same reason as those of operators' pages.
    """
    return _token(house, request, portal, secrets.token_urlsafe(12))


def is_token(house: House, request: Asked, portal: Portal, sent: str) -> bool:
    """Whether the form came from a page that this visitor loaded today."""
    nonce, _, _ = sent.partition(".")
    return secrets.compare_digest(sent.encode(), _token(house, request, portal, nonce).encode())


def _token(house: House, request: Asked, portal: Portal, nonce: str) -> str:
    visitor = _pseudonyms(house, request, portal)[0].visitor
    return f"{nonce}.{digest_of(house.signer.sign('erase', f'{nonce}.{portal.id}.{visitor}'))}"


def _pseudonyms(house: House, request: Asked, portal: Portal) -> tuple[Pseudonym, ...]:
    """As the collector would make them of a tracker's request that came this way."""
    address = address_of(house, request)
    if CONDITIONS[house.desk.settings.profile].whole_networks:
        address = whole_network_of(address)
    return house.gate.salts.pseudonyms(portal, address, _agent(request), house.desk.now())


def _agent(request: Asked) -> str:
    return sender_of(tracker.Request(method=request.method, path=request.url.path, headers=_headers(request))).agent


def address_of(house: House, request: Asked) -> str:
    """Where the request came from, past proxies that are believed. For limits and for today's pseudonym, in memory: never kept."""
    client = request.client
    return house.gate.remote(client.host if client else "", _headers(request))


def _headers(request: Asked) -> dict[bytes, bytes]:
    return dict(request.scope["headers"]) | lists_of(list(request.scope["headers"]))
