"""Sends requests through a format and the STEPS, with stand-ins for portals and salts."""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec

from footfall.collect.conditions import USUAL, Conditions
from footfall.collect.formats import ROUTES
from footfall.collect.pipeline import Context, Refusal, process
from footfall.collect.places import Place
from footfall.collect.request import Reply, Request
from footfall.vocabulary import Hit, Portal

NOW = 1_774_951_200_000
"""2026-03-31T10:00:00Z."""
PORTAL = Portal(id=7, domain="portal.example", umami_id="0f0c8f3e-0000-4000-8000-000000000007", timezone="Asia/Kathmandu")
ADDRESS = "91.198.174.192"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"


class FakePortals:
    """The portals given, by each of their names."""

    def __init__(self, *portals: Portal) -> None:
        self.portals = portals
        self.sealed = {one.id: one for one in portals if one.may_be_sealed}

    def by_domain(self, domain: str) -> Portal | None:
        return next((one for one in self.portals if domain.lower().removeprefix("www.") in (one.domain, *one.domains)), None)

    def by_id(self, id: int) -> Portal | None:
        return next((one for one in self.portals if one.id == id), None)

    def by_umami_id(self, umami_id: str) -> Portal | None:
        return next((one for one in self.portals if one.umami_id == umami_id), None)


class FakeVisitors:
    """A hash without a salt; remembers what it was asked with."""

    asked: tuple[Any, ...] = ()
    opens = False

    def visitor(self, group: str, timezone: str, site: int, address: str, agent: str, time_ms: int, opens: bool = True) -> int:
        self.asked, self.opens = (group, timezone, site, address, agent, time_ms), opens
        return int.from_bytes(hashlib.blake2b(repr(self.asked[2:5]).encode(), digest_size=8).digest(), "big")

    def late_visitor(self, group: str, timezone: str, site: int, address: str, agent: str, time_ms: int) -> int:
        return self.visitor(group, timezone, site, address, f"{agent}, late", time_ms)


def context(*portals: Portal, allow: Callable[[str, int], bool] = lambda address, now_ms: True, conditions: Conditions = USUAL) -> Context:
    place_of = {ADDRESS: Place("NL", "NL-NH", "2759794")}
    return Context(
        portals=FakePortals(*(portals or (PORTAL,))),
        visitors=FakeVisitors(),
        place_of=lambda address: place_of.get(address, Place()),
        allow=allow,
        conditions=conditions,
    )


class Answer(msgspec.Struct):
    """What became of a request."""

    hits: list[Hit]
    refused: list[str]
    reply: Reply

    @property
    def hit(self) -> Hit:
        assert (len(self.hits), self.refused) == (1, [])
        return self.hits[0]

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.reply.body)


def request(path: str, body: Any = b"", *, query: str = "", method: str = "POST", headers: dict[str, str] | None = None) -> Request:
    """A request as the server hands it on; a ``body`` that is no bytes is sent as JSON."""
    sent = {"user-agent": CHROME} | (headers or {})
    return Request(
        method=method,
        path=path,
        query=query.encode(),
        headers={name.encode(): value.encode("latin-1") for name, value in sent.items()},
        body=body if isinstance(body, bytes) else msgspec.json.encode(body),
        address=ADDRESS,
        received_ms=NOW,
    )


def send(path: str, body: Any = b"", *, using: Context | None = None, portal: Portal = PORTAL, **rest: Any) -> Answer:
    """Decode, process, reply: all that the collector does but the journal."""
    asked = request(path, body, **rest)
    sents = ROUTES[path].decode(asked)
    made = [process(sent, using or context(portal)) for sent in sents]
    refused = [one.reason for one in made if isinstance(one, Refusal)]
    return Answer([one for one in made if isinstance(one, Hit)], refused, ROUTES[path].reply(asked, refused, len(sents)))
