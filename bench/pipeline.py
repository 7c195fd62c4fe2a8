"""What decoding and the STEPS cost, without HTTP and disk: microseconds an event, by format.

Every request has one of 400 agent strings, of 20,000 addresses and of 2,000 pages (one in five with a campaign), as a portal's traffic has.
"""

import random
import secrets
import statistics
import time
from collections.abc import Callable
from typing import ClassVar
from urllib.parse import urlencode

import msgspec

from footfall.collect.flood import make_limit
from footfall.collect.formats import ROUTES
from footfall.collect.pipeline import Context, process
from footfall.collect.places import open_places
from footfall.collect.request import Request
from footfall.collect.visitor import Salts
from footfall.vocabulary import Hit, Portal

LIMIT_US = 8
NOW_MS = 1_774_915_200_000
DOMAIN = "portal.example"
PORTAL = Portal(id=7, domain=DOMAIN, umami_id="0f0c8f3e-0000-4000-8000-000000000007", timezone="Europe/Moscow")
REFERRERS = ("", "https://www.google.com/", "https://yandex.ru/", "https://vk.com/wall-1_2", "https://news.example.org/a/b")
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.{}.0 Safari/537.36"
HINTS = {b"sec-ch-ua-mobile": b"?0", b"sec-ch-ua-platform": b'"Windows"'}
encode_hit = msgspec.json.Encoder().encode


class OnePortal:
    """Knows one portal by every name."""

    sealed: ClassVar[dict[int, Portal]] = {}

    def by_domain(self, domain: str) -> Portal | None:
        return PORTAL if domain == DOMAIN else None

    def by_id(self, id: int) -> Portal | None:
        return PORTAL

    def by_umami_id(self, umami_id: str) -> Portal | None:
        return PORTAL


def requests(format: str, number: int) -> list[Request]:
    """As many requests of the format, the same for every run."""
    chance = random.Random(7)
    agents = [CHROME.format(100 + which % 43, which).encode() for which in range(400)]
    addresses = [f"{chance.randrange(11, 200)}.{chance.randrange(256)}.{chance.randrange(256)}.9" for _ in range(20_000)]
    made = []
    for _ in range(number):
        page = f"https://{DOMAIN}/services/{chance.randrange(2000)}" + (
            "?utm_source=vk&utm_medium=cpc&fbclid=x" if chance.random() < 0.2 else ""
        )
        agent = chance.choice(agents)
        headers = {
            b"user-agent": agent,
            b"sec-ch-ua": b'"Google Chrome";v="142", "Chromium";v="142"',
            b"content-type": b"text/plain",
            **HINTS,
        }
        path, query, body = BODIES[format](page, chance.choice(REFERRERS))
        request = Request(method="POST", path=path, query=query, headers=headers, body=body)
        request.address, request.received_ms = chance.choice(addresses), NOW_MS
        made.append(request)
    return made


def _footfall(page: str, referrer: str) -> tuple[str, bytes, bytes]:
    return "/api/collect", b"", msgspec.json.encode({"s": DOMAIN, "n": "pageview", "u": page, "r": referrer})


def _footfall_batch(page: str, referrer: str) -> tuple[str, bytes, bytes]:
    event = {"s": DOMAIN, "n": "pageview", "u": page, "r": referrer}
    return "/api/collect", b"", msgspec.json.encode([event] * 50)


def _plausible(page: str, referrer: str) -> tuple[str, bytes, bytes]:
    body = {"n": "pageview", "v": 36, "u": page, "d": DOMAIN, "r": referrer or None, "p": {"theme": "dark"}}
    return "/api/event", b"", msgspec.json.encode(body)


def _umami(page: str, referrer: str) -> tuple[str, bytes, bytes]:
    payload = {"website": PORTAL.umami_id, "hostname": DOMAIN, "screen": "1920x1080", "language": "ru", "title": "T", "url": page}
    return "/api/send", b"", msgspec.json.encode({"type": "event", "payload": payload | {"referrer": referrer}})


def _matomo(page: str, referrer: str) -> tuple[str, bytes, bytes]:
    values = {"idsite": 7, "rec": 1, "apiv": 1, "action_name": "Services", "url": page, "_id": "0123456789abcdef", "rand": 123456}
    more = {"urlref": referrer, "res": "1920x1080", "h": 10, "m": 20, "s": 30, "cookie": 1, "lang": "ru", "pv_id": "AbC123", "pf_net": 12}
    return "/matomo.php", urlencode(values | more).encode(), b""


BODIES: dict[str, Callable[[str, str], tuple[str, bytes, bytes]]] = {
    "footfall": _footfall,
    "footfall, 50 a batch": _footfall_batch,
    "plausible": _plausible,
    "umami": _umami,
    "matomo": _matomo,
}


def measure(format: str, number: int, context: Context) -> tuple[float, float, float]:
    """Microseconds an event of one pass: decode, STEPS, and writing the line."""
    made = requests(format, number)
    read = ROUTES[made[0].path].decode
    events = len(read(made[0])) * number
    start = time.process_time_ns()
    for request in made:
        read(request)
    decoded = time.process_time_ns()
    for request in made:
        for sent in read(request):
            process(sent, context)
    processed = time.process_time_ns()
    for request in made:
        for sent in read(request):
            hit = process(sent, context)
            assert isinstance(hit, Hit), hit
            encode_hit(hit)
    written = time.process_time_ns()
    first, second, third = ((end - begin) / events / 1000 for begin, end in ((start, decoded), (decoded, processed), (processed, written)))
    return first, second - first, third - second


def main(*, short: bool = False) -> None:
    """A table, medians of rounds after a first one that fills the caches; the last line compares Plausible's with the limit."""
    rounds, number = (5, 4000) if short else (15, 20_000)
    salts = Salts(None, now=lambda: NOW_MS, random=secrets.token_bytes)
    context = Context(portals=OnePortal(), visitors=salts, place_of=open_places(""), allow=make_limit(10**9))
    print(f"{'µs an event':24}{'decode':>8}{'steps':>8}{'write':>8}{'all':>8}")
    totals = {}
    for format in BODIES:
        count = number // 50 if "batch" in format else number
        measure(format, count, context)
        found = [measure(format, count, context) for _ in range(rounds)]
        parts = [statistics.median(part) for part in zip(*found, strict=True)]
        totals[format] = parts[0] + parts[1]
        print(f"{format:24}{parts[0]:8.2f}{parts[1]:8.2f}{parts[2]:8.2f}{sum(parts):8.2f}")
    print(f"plausible, decode and steps: {totals['plausible']:.2f} µs; at most {LIMIT_US}")


if __name__ == "__main__":
    main()
