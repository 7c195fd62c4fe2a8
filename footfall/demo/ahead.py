"""The portals' history, made and read as an import reads it by other processes, so that both cores have work: loading takes one.

Its visitors' ids are of salts that come of the seed: nobody real is among them, and a build that was cut short goes on with the same lines.
"""

import random
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice

import msgspec

from footfall.collect.conditions import CONDITIONS
from footfall.collect.formats.ndjson import decode_line
from footfall.collect.import_salts import ImportSalts
from footfall.demo.agreed import with_agreed
from footfall.demo.city import CITY
from footfall.demo.simulator import Span, make_lines
from footfall.vocabulary import Portal

__all__ = ["Order", "made_ahead", "main", "make_hits"]

AT_ONCE = 2
"""Portals that are being made, or made and not taken yet."""
encode = msgspec.json.Encoder().encode


class Order(msgspec.Struct, frozen=True):
    """What is to be made: the history of a portal of the city, as it stands in the home."""

    portal: Portal
    span: Span
    seed: int
    profile: str
    """As the setting."""


def made_ahead(orders: Sequence[Order]) -> Iterator[tuple[Portal, bytes]]:
    """Each portal with its journal lines, as ``make_hits`` has them; the first ones are being made from now on.

    The iterator raises:
        subprocess.CalledProcessError: they could not be made.
    """
    pool, later = ThreadPoolExecutor(max_workers=AT_ONCE), iter(orders)
    return _handed_over(pool, orders, later, deque(pool.submit(_made, order) for order in islice(later, AT_ONCE)))


def _handed_over(
    pool: ThreadPoolExecutor, orders: Sequence[Order], later: Iterator[Order], waiting: deque[Future[bytes]]
) -> Iterator[tuple[Portal, bytes]]:
    with pool:
        for order in orders:
            lines = waiting.popleft().result()
            waiting.extend(pool.submit(_made, after) for after in islice(later, 1))
            yield order.portal, lines


def _made(order: Order) -> bytes:
    command = [sys.executable, "-m", "footfall.demo.ahead"]
    return subprocess.run(command, input=msgspec.json.encode(order), stdout=subprocess.PIPE, check=True).stdout


def make_hits(order: Order) -> Iterator[bytes]:
    """Journal lines of the portal's events by time, those of visitors who agreed to be recognised included. Same order, same lines."""
    portal = order.portal
    of_city = next(one for one in CITY if one.domain == portal.domain)
    chance = random.Random(f"{order.seed}|salts|{portal.domain}")
    visitor_of = partial(ImportSalts(steady_ms=lambda: 0, random=chance.randbytes).visitor, portal)
    lines = b"".join(make_lines(of_city, order.span, seed=order.seed))
    for line in with_agreed(of_city, lines, seed=order.seed):
        yield encode(decode_line(line, portal, visitor_of, CONDITIONS[order.profile])) + b"\n"


def main() -> None:
    """Write the lines that an order on stdin asks for to stdout."""
    sys.stdout.buffer.writelines(make_hits(msgspec.json.decode(sys.stdin.buffer.read(), type=Order)))


if __name__ == "__main__":
    main()
